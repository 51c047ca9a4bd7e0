import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

/** As vitest has them: a message, a diff, a stack. */
type FailureWords = {
  readonly message: string;
  readonly diff?: string | undefined;
  readonly stack?: string | undefined;
};

/**
 * For CI, whose log is read from its end: writes to the file LAST_WORDS a line `PASSED FAILED` of counts and then each
 * failure with its words. A hook that failed (its tests are skipped then) and a file that could not be loaded count
 * as one failure each; vitest's own JSON has neither their number nor, for hooks, their words.
 */
export default class LastWords implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly FailureWords[]): void {
    const file = process.env['LAST_WORDS'];
    if (file === undefined) throw new Error('LAST_WORDS: no file to write to');
    const told = [
      ...modules.flatMap(failuresIn),
      ...(unhandled.length > 0 ? [words('outside of any test', unhandled)] : []),
    ];
    const passed = modules.flatMap((one) => [...one.children.allTests('passed')]).length;
    writeFileSync(file, [`${passed} ${told.length}`, ...told].join('\n'));
  }
}

function failuresIn(module: TestModule): readonly string[] {
  const name = relative(process.cwd(), module.moduleId);
  const groups: readonly (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
  const hooks = groups.flatMap((group) =>
    group.errors().length > 0 ? [words(group === module ? name : `${name}: ${titleOf(group)}`, group.errors())] : [],
  );
  const tests = [...module.children.allTests('failed')].map((test) =>
    words(`${name}: ${titleOf(test)}`, errorsOf(test)),
  );
  return [...hooks, ...tests];
}

const titleOf = (one: TestModule | TestSuite | TestCase): string => ('fullName' in one ? one.fullName : '');
const errorsOf = (test: TestCase): readonly FailureWords[] => test.result().errors ?? [];

/** Of a long message both ends: the beginning has what was seen, the end what was wanted. Of the stack the lines of tests will do. */
function words(title: string, errors: readonly FailureWords[]): string {
  const lines = errors.flatMap(({ message, diff = '', stack = '' }) => [
    message,
    stripVTControlCharacters(diff),
    ...stack.split('\n').filter((line) => /^ +at .*\/test\//.test(line)),
  ]);
  const text = lines.join('\n');
  const shown = text.length <= 3000 ? text : `${text.slice(0, 1000)}\n[…]\n${text.slice(-2000)}`;
  return `\nFAILED ${title}\n${shown}`;
}
