import { condition, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { certificateNameAnnotation, secretNameOf } from '../chain.ts';
import type { CertView } from '../view.ts';

export type Dispute = {
  readonly owner: KubernetesObject;
  readonly others: readonly KubernetesObject[];
  /** What names the owner: the Secret's annotation, its own conditions, or mere age. */
  readonly by: 'annotation' | 'conditions' | 'age';
};

export const isShim = (certificate: KubernetesObject): boolean =>
  certificate.metadata.ownerReferences?.some(({ kind }) => kind === 'Ingress') ?? false;

/** What the Secret says of its Certificate; undefined where it does not exist or may not be read. */
function namedBySecret(view: CertView): string | undefined {
  const secret = view.certificate && view.sight.tryGet(kinds.Secret, secretNameOf(view.certificate), view.namespace);
  return secret?.ok ? textMapAt(secret.value, 'metadata.annotations')[certificateNameAnnotation] : undefined;
}

/**
 * Which of several Certificates may write the Secret: the one that its annotation names; without a Secret, the oldest, then by name
 * (cert-manager, internal/controller/certificates). Undefined where there is only one.
 */
export function disputeOf(view: CertView): Dispute | undefined {
  const sharers = view.sharers();
  if (sharers.length < 2) return undefined;
  const named = namedBySecret(view);
  const byAnnotation = sharers.find(({ metadata }) => metadata.name === named);
  const refused = (certificate: KubernetesObject) => condition(certificate, 'Ready')?.reason === 'IncorrectCertificate';
  const standing = sharers.filter((certificate) => !refused(certificate));
  const byConditions = standing.length === 1 && standing.length < sharers.length ? standing[0] : undefined;
  const oldest = sharers.toSorted(
    (a, b) =>
      (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
      a.metadata.name.localeCompare(b.metadata.name),
  )[0];
  const owner = byAnnotation ?? byConditions ?? oldest;
  if (!owner) return undefined;
  return {
    owner,
    others: sharers.filter((certificate) => certificate !== owner),
    by: byAnnotation ? 'annotation' : byConditions ? 'conditions' : 'age',
  };
}
