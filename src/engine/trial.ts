import type { Change } from '../core/change.ts';
import type { Diagnosis, Runbook } from '../core/diagnosis.ts';
import { inverseOf } from '../core/inverse.ts';
import type { ObjectRef } from '../core/kubernetes/object.ts';
import type { Looker } from '../core/look.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { ClusterWriter, Sent } from '../core/outside/cluster-writer.ts';
import type { Remedy } from '../core/remedy.ts';
import { diagnose } from './diagnose.ts';

/** What a trial needs of the mending that it is part of. */
export type Bench = {
  readonly runbook: Runbook;
  readonly look: Looker;
  readonly writer: ClusterWriter;
  readonly clock: Clock;
  readonly log: {
    readonly intend: (place: number, change: Change, relaxUntil: Date) => Promise<void>;
    readonly sent: (place: number, sent: Sent) => Promise<void>;
    readonly undone: (place: number) => Promise<void>;
  };
  readonly onSent: (change: Change, sent: Sent) => void;
  readonly onLook: (diagnosis: Diagnosis, until: Date) => void;
};

type Trial = Remedy & { readonly trial: ObjectRef };

const lookAgainMs = 2000;
/** For taking away what was made although the run was told to stop. */
const lastWordMs = 10_000;

/** Makes what a trial is made of, watches it until it is well or clearly is not, and takes it away again whatever came of it. */
export async function tryOut(bench: Bench, remedy: Trial, signal: AbortSignal): Promise<boolean> {
  const { log, writer, clock, onSent } = bench;
  const made: { readonly place: number; readonly back: Change }[] = [];
  const send = async (change: Change, until: AbortSignal): Promise<Sent> => {
    const sent = await writer.send(change, { dryRun: false }, until);
    onSent(change, sent);
    return sent;
  };
  try {
    for (const [place, change] of remedy.changes.entries()) {
      await log.intend(place, change, clock.now());
      const sent = await send(change, signal);
      await log.sent(place, sent);
      if (!sent.ok) return false;
      const inverse = inverseOf(change);
      if ('can' in inverse)
        made.push({ place, back: { ...inverse.can, uid: sent.object?.metadata.uid ?? '' } as Change });
    }
    return await isWell(bench, remedy, signal);
  } finally {
    const until = signal.aborted ? AbortSignal.timeout(lastWordMs) : signal;
    for (const { place, back } of made.toReversed()) if ((await send(back, until)).ok) await log.undone(place);
  }
}

/** Well is healthy. A named cause is an answer too, and no reason to wait on. */
async function isWell({ runbook, look, clock, onLook }: Bench, remedy: Trial, signal: AbortSignal): Promise<boolean> {
  const until = new Date(clock.now().getTime() + remedy.healsWithin * 1000);
  for (;;) {
    await clock.sleep(lookAgainMs, signal);
    // Read before the looks: what is late must have been looked at once more after the time was up.
    const now = clock.now();
    const diagnosis = await diagnose(runbook, remedy.trial, look, now, signal);
    onLook(diagnosis, until);
    if (diagnosis.outcome === 'healthy') return true;
    if (diagnosis.rootCauses.length > 0 || now >= until) return false;
  }
}
