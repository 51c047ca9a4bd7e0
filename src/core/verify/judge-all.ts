import { coverageOf } from '../decide.ts';
import type { Diagnosis } from '../diagnosis.ts';
import { kinds, ref } from '../kubernetes/kinds.ts';
import { worstOutcome } from '../report/worst-outcome.ts';
import { sightOf } from '../sight.ts';
import type { Snapshot } from '../snapshot.ts';
import { judgePoint } from './judge-point.ts';
import { ownNames } from './names.ts';
import type { Point, PointState, Subject } from './point.ts';
import { attempt, type Diagnoses, pointSightOf } from './point-sight.ts';
import type { Verification } from './verification.ts';

const outcomes = {
  passed: 'healthy',
  failed: 'problem',
  waiting: 'waiting',
  'not-looked': 'incomplete',
} as const satisfies Record<PointState, Diagnosis['outcome']>;

/** All points over one snapshot. Pure. */
export function judgeAll(
  points: readonly Point[],
  subject: Subject,
  { now, seen }: Pick<Snapshot, 'now' | 'seen'>,
  diagnoses: Diagnoses,
): Verification {
  const target = ref(kinds.Deployment, ownNames.deployment, subject.namespace);
  const sight = pointSightOf(sightOf({ now, target, seen }), subject, diagnoses);
  const results = points.map((point) => judgePoint(point, sight, diagnoses));
  return {
    outcome: worstOutcome(results.map(({ state }) => outcomes[state])),
    points: results,
    coverage: coverageOf(seen),
    host: attempt(sight.host) ?? null,
    diagnoses,
  };
}
