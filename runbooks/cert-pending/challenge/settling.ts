import type { Waiting } from '../../../src/core/diagnosis.ts';
import { listAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';

/** cert-manager looks every ten seconds, for at most ten: what it says may be that old, and older than a mend. */
const settleMs = 60_000;

/** Set while something that the challenge goes through changed so lately that our own look may be the newer word. Throws where that is not seen. */
export function settling({ sight, namespace }: CertView, challenge: KubernetesObject): { readonly waiting?: Waiting } {
  const near = [kinds.Ingress, kinds.NetworkPolicy].flatMap((kind) => sight.list(kind, namespace));
  const presented = timeAt(challenge, 'status.presentedAt') ?? null;
  const moments = [presented, ...near.map(changedAt)].map((time) => time?.getTime() ?? 0);
  if (Math.max(...moments) + settleMs <= sight.now.getTime()) return {};
  return {
    waiting: {
      for: `cert-manager's next look at the challenge of ${textAt(challenge, 'spec.dnsName')}, which answers with its key from here`,
      since: presented,
      normallyUpTo: 'PT1M',
      nextTryAt: null,
    },
  };
}

/** When its spec was changed last, or undefined where nothing tells. */
export function changedAt(object: KubernetesObject): Date | undefined {
  const times = listAt(object, 'metadata.managedFields')
    // A controller that publishes its address does not change what is served.
    .filter((entry) => textAt(entry, 'subresource') !== 'status')
    .flatMap((entry) => timeAt(entry, 'time') ?? []);
  const made = timeAt(object, 'metadata.creationTimestamp');
  return [...times, ...(made ? [made] : [])].toSorted((a, b) => b.getTime() - a.getTime())[0];
}
