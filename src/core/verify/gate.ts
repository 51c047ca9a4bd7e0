import type { CheckFacts, VerifyFacts } from '../setup/effect.ts';
import type { Point, RunbookName } from './point.ts';
import { points } from './points.ts';
import type { PointResult, Verification } from './verification.ts';

/** What set-up must have brought about, seen from inside the cluster. */
const inside: readonly string[] = ['resources', 'certificate', 'ingress-tls', 'renewal', 'health'];
/** Seen from here: what only the way from this machine hides does not hold anything up, it is said. */
const outside: readonly string[] = ['https'];

/** The points that staging must pass before production may follow. */
export const gatePoints: readonly Point[] = points.filter(({ id }) => [...inside, ...outside].includes(id));

/** The runbooks whose detectors these points go by. */
export const gateRunbooks: readonly RunbookName[] = ['cert-pending', 'pdb-blocking'];

export function gateOf({ points: results }: Pick<Verification, 'points'>): VerifyFacts {
  const isIn = (ids: readonly string[]) => results.filter(({ id }) => ids.includes(id));
  const passed =
    isIn(inside).every(({ state }) => state === 'passed') &&
    isIn(outside).every(({ state }) => state === 'passed' || state === 'not-looked');
  return { passed, checks: results.map(checkOf) };
}

/** What still waits when the time is up did not pass. */
const checkOf = ({ id, title, state, saw }: PointResult): CheckFacts => ({
  id,
  title,
  state: state === 'waiting' ? 'failed' : state,
  detail: state === 'passed' ? saw : `${saw}.`,
});
