import { type Condition, condition } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';

/** The issuer that the unfinished Certificate asks, and why it is not Ready; undefined where it is Ready or not concerned. */
export function unreadyIssuer(
  view: CertView,
): { readonly issuer: KubernetesObject; readonly ready: Condition } | undefined {
  if (!view.certificate || !view.unfinished) return undefined;
  const issuer = view.issuer();
  const ready = issuer && condition(issuer, 'Ready');
  return issuer && ready && ready.status !== 'True' ? { issuer, ready } : undefined;
}
