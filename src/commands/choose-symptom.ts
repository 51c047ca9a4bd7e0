import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Runbook } from '../core/diagnosis.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';

/** Which runbook, by what is seen to be wrong: on a screen, or by number in a line. */
export async function chooseSymptom(
  runbooks: readonly Runbook[],
  { options }: Invocation,
  io: Io,
): Promise<Runbook | 'left'> {
  if (faceOf(options, io) === 'screens') {
    const { homeScreen } = await import('../views/ink/home/home-screen.tsx');
    const choice = await homeScreen({
      profile: undefined,
      environments: [],
      rows: runbooks.map(({ name, symptom }) => ({ id: name, title: symptom, aside: name })),
      now: systemClock.now,
      terminal: { env: io.env, noColor: options['no-color'] ?? false, signal: io.signal },
    });
    if (choice.chose === 'interrupted') throw new ExpectedStop('interrupted', 'Left. Nothing was changed.');
    return runbooks.find(({ name }) => name === choice.chose) ?? 'left';
  }
  io.err(`What is wrong?\n${runbooks.map(({ symptom }, place) => `  ${place + 1} ${symptom}.\n`).join('')}`);
  const ask = lineQuestions(io.signal);
  for (;;) {
    const answer = (await ask('Which one? Type a number, or q to quit:')).toLowerCase();
    if (answer === 'q' || answer === 'quit') return 'left';
    const chosen = runbooks[Number(answer) - 1];
    if (chosen) return chosen;
    io.err(`"${answer}" is none of them. Type a number from 1 to ${runbooks.length}, or q.\n`);
  }
}
