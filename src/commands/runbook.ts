import { runbooks } from '../../runbooks/index.ts';
import { faceOf, mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Runbook } from '../core/diagnosis.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { chooseSymptom } from './choose-symptom.ts';
import { openRunbooks } from './open-runbooks.ts';
import { runAllRunbooks } from './run-all-runbooks.ts';
import { runOnEvidence } from './run-on-evidence.ts';
import { runRunbook } from './run-runbook.ts';
import { sweep } from './sweep.ts';
import { watchRunbook } from './watch-runbook.ts';

/** `orion-setup runbook [NAME] [OBJECT]`: one runbook or, by symptom, the right one; against a cluster, or saved evidence with --from. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  const { options, words } = invocation;
  insistOnOneUse(invocation);
  if (options.from !== undefined) return runOnEvidence(options.from, invocation, io);

  const [given, object, ...tooMany] = words;
  if (tooMany.length > 0)
    throw new ExpectedStop('usage', `runbook takes a name and an object, not "${tooMany.join(' ')}" besides.`);
  const named = given === undefined ? undefined : runbookNamed(given);
  const chosen = named ?? (await chosenBySymptom(invocation, io));
  if (chosen === 'left') return 0;
  const opened = await openRunbooks(invocation, io);
  try {
    if (options['all-namespaces']) return await sweep(opened, chosen ? [chosen] : runbooks, invocation, io);
    if (!chosen) return await runAllRunbooks(opened, runbooks, invocation, io);
    const session = await opened.sessionOf(chosen, object);
    return await (options.watch ? watchRunbook : runRunbook)(session, invocation, io);
  } finally {
    opened.close();
  }
}

/** Options that mean different things to do, and what cannot be said of all runbooks at once. */
function insistOnOneUse({ options, words }: Invocation): void {
  const isFix = options.fix || options.remedy !== undefined;
  const said = (problem: string) => {
    throw new ExpectedStop('usage', problem, ['orion-setup help runbook']);
  };
  if (options.watch && isFix) said('--watch only looks; --fix watches by itself what it does.');
  if (options['all-namespaces'] && isFix) said('-A only looks: mend one namespace at a time, with -n.');
  if (options['all-namespaces'] && (options.watch || options.from !== undefined || words[1] !== undefined))
    said('-A looks once at everything: it takes no object, no --watch and no --from.');
  if (options.save !== undefined && (options['all-namespaces'] || options.watch))
    said('--save keeps what one look of one runbook saw: leave out -A and --watch.');
  if (options.watch && options.from !== undefined) said('--from looks at a file, in which nothing will change.');
  if (options.watch && words.length === 0) said('--watch wants to know which runbook.');
  if (isFix && words.length === 0 && options.from === undefined) said('--fix wants to know which runbook.');
}

/** With somebody there to ask, the symptoms; else undefined, which is all of them. */
async function chosenBySymptom(invocation: Invocation, io: Io): Promise<Runbook | 'left' | undefined> {
  const { options } = invocation;
  if (options['all-namespaces'] || faceOf(options, io) === 'document' || !mayAsk(options, io)) return undefined;
  return await chooseSymptom(runbooks, invocation, io);
}

function runbookNamed(name: string): Runbook {
  const found = runbooks.find((item) => item.name === name);
  if (found) return found;
  throw new ExpectedStop(
    'usage',
    `There is no runbook "${name}".`,
    runbooks.map((item) => `orion-setup runbook ${item.name}   ${item.symptom}`),
  );
}
