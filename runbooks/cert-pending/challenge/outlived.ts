import { at, listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';
import { changedAt } from './settling.ts';
import { essence } from './towards-served-class.ts';

/** cert-manager replaces a Challenge within five seconds of a change of its issuer (seen). */
const replacedMs = 60_000;

/**
 * Whether cert-manager is about to replace a Challenge, so that what is wrong with its solver is of yesterday: it is being deleted, or the
 * issuer was changed a moment ago and has no such solver any more. Later than that the comparison is not trusted: annotations of the
 * Certificate and the API server's defaults may tell the two apart as well.
 */
export function isOutlived(view: CertView, challenge: KubernetesObject): boolean {
  if (challenge.metadata.deletionTimestamp !== undefined) return true;
  const issuer = view.issuerIfSeen();
  const changed = issuer && changedAt(issuer);
  if (!changed || changed.getTime() + replacedMs < view.sight.now.getTime()) return false;
  if (textAt(challenge, 'spec.issuerRef.name') !== issuer.metadata.name) return false;
  const copy = essence(withoutSelector(challenge, 'spec.solver'));
  return !listAt(issuer, 'spec.acme.solvers').some((solver) => essence(withoutSelector({ solver }, 'solver')) === copy);
}

/** The copy in a Challenge has none. */
function withoutSelector(object: unknown, path: string): unknown {
  const solver = at(object, path);
  if (solver === null || typeof solver !== 'object') return solver;
  const { selector: _, ...rest } = solver as Readonly<Record<string, unknown>>;
  return rest;
}
