import { alertRounds } from '../core/alerts/looks.ts';
import { decide } from '../core/decide.ts';
import type { Diagnosis, Runbook } from '../core/diagnosis.ts';
import { type KindName, kinds, ref } from '../core/kubernetes/kinds.ts';
import type { Looker } from '../core/look.ts';
import { judgeAll } from '../core/verify/judge-all.ts';
import { pointRounds } from '../core/verify/looks.ts';
import { ownNames } from '../core/verify/names.ts';
import type { Point, Subject } from '../core/verify/point.ts';
import { points as allPoints, asksForAlerts } from '../core/verify/points.ts';
import type { Verification } from '../core/verify/verification.ts';
import { gather, type OnLook } from './diagnose.ts';
import { lookedOnce } from './looked-once.ts';

/** What verifying goes by: the runbooks whose detectors the points name, and which points. */
export type Verifying = { readonly runbooks: readonly Runbook[]; readonly points?: readonly Point[] };

/**
 * One gather, each thing looked at once: the rounds of the runbooks side by side with the points' own. Then every point is judged over
 * all of it. Reads only.
 */
export async function verify(
  { runbooks, points = allPoints }: Verifying,
  subject: Subject,
  look: Looker,
  now: Date,
  signal: AbortSignal,
  onLook: OnLook = () => {},
): Promise<Verification> {
  const once = lookedOnce(look, onLook);
  const { namespace } = subject;
  const deployment = ref(kinds.Deployment, ownNames.deployment, namespace);
  const [first, alerts, ...gathered] = await Promise.all([
    gather(pointRounds(subject), deployment, once, now, signal),
    gather(asksForAlerts(points) ? alertRounds(namespace) : [], deployment, once, now, signal),
    ...runbooks.map(async (runbook) => {
      const target = ref(kinds[runbook.target.kind as KindName], runbook.target.name, namespace);
      const snapshot = await gather(runbook.rounds, target, once, now, signal);
      return { name: runbook.name, diagnosis: decide(runbook, snapshot), snapshot };
    }),
  ]);
  const snapshots = [first, alerts, ...gathered.map(({ snapshot }) => snapshot)];
  const seen = Object.assign({}, ...snapshots.map((snapshot) => snapshot.seen));
  const diagnoses: Partial<Record<Runbook['name'], Diagnosis>> = Object.fromEntries(
    gathered.map(({ name, diagnosis }) => [name, diagnosis]),
  );
  return judgeAll(points, subject, { now, seen }, diagnoses);
}
