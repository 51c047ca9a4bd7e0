import { judgeAlerts } from '../alerts/judge-alerts.ts';
import { coverageOf } from '../decide.ts';
import type { Diagnosis } from '../diagnosis.ts';
import { type Kind, kinds, ref, resourceName } from '../kubernetes/kinds.ts';
import { worstOutcome } from '../report/worst-outcome.ts';
import { attempt, sightOf } from '../sight.ts';
import type { Snapshot } from '../snapshot.ts';
import { judgePoint } from './judge-point.ts';
import { ownNames } from './names.ts';
import type { Point, PointState, Subject } from './point.ts';
import { type Diagnoses, pointSightOf } from './point-sight.ts';
import { asksForAlerts } from './points.ts';
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
    alerts: asksForAlerts(points) ? judgeAlerts(sight.sight, subject.namespace) : null,
    coverage: coverageOf(seen),
    unknownKinds: neededKinds.filter((kind) => isUnknown(seen, kind)).map(resourceName),
    host: attempt(sight.host) ?? null,
    diagnoses,
  };
}

/** Those of the custom kinds that a sound environment has objects of. */
const neededKinds: readonly Kind[] = [kinds.Certificate, kinds.ClusterIssuer, kinds.ServiceMonitor, kinds.Prometheus];

/** A list of a kind that exists is never "not found". */
const isUnknown = (seen: Snapshot['seen'], kind: Kind): boolean =>
  Object.entries(seen).some(
    ([name, answer]) =>
      !answer.ok && answer.why === 'not-found' && `${name} `.startsWith(`list ${kind.apiVersion} ${kind.kind} `),
  );
