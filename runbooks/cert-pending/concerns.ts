import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { CertView } from './view.ts';

/** What somebody may have touched lately: the Certificates of the Secret, their issuer, and what stands before the solver. */
export function concernsOf(view: CertView): readonly KubernetesObject[] {
  const { sight, namespace } = view;
  const inNamespace = [kinds.Ingress, kinds.NetworkPolicy].flatMap((kind) => {
    const listed = sight.tryList(kind, namespace);
    return listed.ok ? listed.value : [];
  });
  return [...view.sharers(), ...[view.issuer()].filter((issuer) => issuer !== undefined), ...inNamespace];
}
