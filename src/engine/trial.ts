import type { Change } from '../core/change.ts';
import { inverseOf } from '../core/inverse.ts';
import type { ObjectRef } from '../core/kubernetes/object.ts';
import type { Sent } from '../core/outside/cluster-writer.ts';
import type { Remedy } from '../core/remedy.ts';
import { diagnose } from './diagnose.ts';
import type { ChangeLog, Mending } from './mend.ts';

type Step = { readonly change: Change; readonly sent: Sent };
export type Tried = { readonly proved: boolean; readonly sent: readonly Step[] };

const lookAgainMs = 2000;
/** For what is to be taken away although the run was told to stop. */
const lastWordMs = 10_000;

/** Makes what a trial is made of, watches it until it is well or clearly is not, and takes it away again whatever came of it. */
export async function tryOut(
  mending: Mending,
  remedy: Remedy & { readonly trial: ObjectRef },
  log: ChangeLog,
  signal: AbortSignal,
): Promise<Tried> {
  const sent: Step[] = [];
  const made: { readonly place: number; readonly change: Change }[] = [];
  const send = async (change: Change, until: AbortSignal): Promise<Sent> => {
    const answer = await mending.writer.send(change, { dryRun: false }, until);
    mending.emit({ event: 'change-sent', change, sent: answer });
    sent.push({ change, sent: answer });
    return answer;
  };
  try {
    for (const [place, change] of remedy.changes.entries()) {
      await log.intend(place, change, true);
      const answer = await send(change, signal);
      await log.sent(place, answer);
      if (!answer.ok) return { proved: false, sent };
      const inverse = inverseOf(change);
      if ('can' in inverse)
        made.push({ place, change: { ...inverse.can, uid: answer.object?.metadata.uid ?? '' } as Change });
    }
    return { proved: await isWell(mending, remedy, signal), sent };
  } finally {
    const until = signal.aborted ? AbortSignal.timeout(lastWordMs) : signal;
    for (const { place, change } of made.toReversed()) if ((await send(change, until)).ok) await log.undone(place);
  }
}

/** Well is healthy. A named cause is an answer too, and no reason to wait on. */
async function isWell(
  { runbook, look, clock, emit }: Mending,
  { trial, healsWithin }: Remedy & { readonly trial: ObjectRef },
  signal: AbortSignal,
): Promise<boolean> {
  const until = new Date(clock.now().getTime() + healsWithin * 1000);
  for (;;) {
    await clock.sleep(lookAgainMs, signal);
    const diagnosis = await diagnose(runbook, trial, look, clock.now(), signal);
    emit({ event: 'looked-again', diagnosis, until });
    if (diagnosis.outcome === 'healthy') return true;
    if (diagnosis.rootCauses.length > 0 || clock.now() >= until) return false;
  }
}
