import { at, timeAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';

/** An ingress controller takes up to a minute to learn of a new Ingress; until then the service itself answers (or nothing does). */
const reload = 90_000;

/** Whether the solver stands, and stands long enough that another answer is in its way; without it a 404 or a login is as it should be. */
export const isStanding = (view: CertView, challenge: KubernetesObject): boolean =>
  at(challenge, 'status.presented') === true && !isYoung(view, challenge);

/** Whether the ingress controller may not know of it yet. */
export function isYoung({ sight }: CertView, challenge: KubernetesObject): boolean {
  const since = timeAt(challenge, 'status.presentedAt') ?? timeAt(challenge, 'metadata.creationTimestamp');
  return since === undefined || sight.now.getTime() - since.getTime() <= reload;
}
