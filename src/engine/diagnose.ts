import { decide } from '../core/decide.ts';
import type { Diagnosis, Runbook } from '../core/diagnosis.ts';
import type { Fetched } from '../core/fetched.ts';
import type { ObjectRef } from '../core/kubernetes/object.ts';
import { type Look, type Looker, nameOf } from '../core/look.ts';
import { sightOf } from '../core/sight.ts';
import type { Snapshot } from '../core/snapshot.ts';

/** Told after each look, so that a slow one can be seen to be slow. */
export type OnLook = (name: string, ok: boolean) => void;

/** Gathers in rounds of parallel looks, then decides. Reads only. */
export async function diagnose<View>(
  runbook: Runbook<View>,
  target: ObjectRef,
  look: Looker,
  now: Date,
  signal: AbortSignal,
  onLook: OnLook = () => {},
): Promise<Diagnosis> {
  return decide(runbook, await gather(runbook.rounds, target, look, now, signal, onLook));
}

export async function gather(
  rounds: Runbook['rounds'],
  target: ObjectRef,
  look: Looker,
  now: Date,
  signal: AbortSignal,
  onLook: OnLook = () => {},
  /** Told what is known after each round. */
  onRound: (snapshot: Snapshot) => void = () => {},
): Promise<Snapshot> {
  let seen: Readonly<Record<string, Fetched<unknown>>> = {};
  for (const round of rounds) {
    const wanted = new Map<string, Look>(round(sightOf({ now, target, seen })).map((item) => [nameOf(item), item]));
    const answers = await Promise.all(
      [...wanted]
        .filter(([name]) => !(name in seen))
        .map(async ([name, item]) => {
          const answer = await look(item, signal);
          onLook(name, answer.ok);
          return [name, answer] as const;
        }),
    );
    signal.throwIfAborted();
    seen = { ...seen, ...Object.fromEntries(answers) };
    onRound({ now, target, seen });
  }
  return { now, target, seen };
}
