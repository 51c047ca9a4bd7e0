import { runbooks } from '../../runbooks/index.ts';
import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { causeProse } from '../edges/files/prose.ts';

/** `orion-setup explain CODE`: what a cause means and what helps. Offline. */
export async function run({ words }: Invocation, io: Io): Promise<number> {
  const [code] = words;
  const codes = runbooks.flatMap((runbook) => runbook.causes.map((cause) => cause.code));
  if (code === undefined) {
    for (const runbook of runbooks) {
      io.out(
        `${runbook.name}: ${runbook.symptom}\n${runbook.causes.map((cause) => `  ${cause.code}: ${cause.title}\n`).join('')}`,
      );
    }
    return 0;
  }
  if (!codes.includes(code)) {
    const close = codes.filter((item) => item.includes(code) || code.includes(item));
    throw new ExpectedStop(
      'usage',
      `There is no cause "${code}".`,
      close.length > 0 ? close.map((item) => `orion-setup explain ${item}`) : ['orion-setup explain'],
    );
  }
  io.out((await causeProse(code)) + othersLike(code));
  return 0;
}

/** What else shows the same sign. */
function othersLike(code: string): string {
  const lines = runbooks
    .flatMap(({ lookAlikes }) => lookAlikes)
    .filter(({ codes }) => codes.includes(code))
    .map(({ symptom, codes }) => `- ${symptom}: ${codes.filter((other) => other !== code).join(', ')}`);
  return lines.length === 0 ? '' : `\n## What looks the same\n\n${lines.join('\n')}\n`;
}
