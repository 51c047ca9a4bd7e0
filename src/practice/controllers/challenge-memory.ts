import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { solverLabel } from '../../core/world.ts';
import { nextTry, type Tried, triedBefore, triedNow } from './patience.ts';
import { later, type View, type Write } from './turn.ts';

const retrySeconds = 10;
const secondsBetweenPasses = 2;

/** What the controller keeps of a challenge: its last try, and how often it passed in a row. */
export type Memory = Tried & { readonly passes: number; readonly accepted: boolean };

export const memoryOf = (view: View, challenge: KubernetesObject): Memory | undefined =>
  view.recall(challenge.metadata.uid ?? '') as Memory | undefined;

export const remember = (view: View, challenge: KubernetesObject, more: Partial<Memory> = {}): Write => ({
  do: 'remember',
  about: challenge.metadata.uid ?? '',
  value: { ...triedNow(view), passes: 0, accepted: false, ...more } satisfies Memory,
});

/** When a challenge is looked at next. */
export function dueOf(view: View, challenge: KubernetesObject, held: Memory | undefined): Date | undefined {
  if (held && held.passes > 0) return later(new Date(held.at), secondsBetweenPasses);
  if (!held && view.isStirred(challenge)) return view.now;
  return nextTry(view, held ?? triedBefore(view), retrySeconds);
}

/** Whether anything changed that presenting or answering a challenge may depend on. */
export function surroundingsStirred(view: View, challenge: KubernetesObject): boolean {
  const { namespace } = challenge.metadata;
  const inPlace = (item: KubernetesObject): boolean =>
    item.metadata.namespace === namespace || item.metadata.name === namespace;
  const near = [
    kinds.ResourceQuota,
    kinds.LimitRange,
    kinds.Namespace,
    kinds.NetworkPolicy,
    kinds.Ingress,
    kinds.Service,
    // What a redirect to HTTPS ends at serves one of them.
    kinds.Secret,
  ];
  const far = [kinds.ClusterIssuer, kinds.Issuer, kinds.IngressClass, kinds.ValidatingWebhookConfiguration];
  const answers = (item: KubernetesObject): boolean => inPlace(item) && item.metadata.labels?.[solverLabel] === 'true';
  const ofController = (item: KubernetesObject): boolean => item.metadata.namespace === view.world.ingress.namespace;
  return (
    view.worldStirred ||
    view.stirred(kinds.Pod, answers) ||
    near.some((kind) => view.stirred(kind, inPlace)) ||
    far.some((kind) => view.stirred(kind, () => true)) ||
    [kinds.Service, kinds.ConfigMap, kinds.Deployment, kinds.NetworkPolicy].some((kind) =>
      view.stirred(kind, ofController),
    )
  );
}
