import { condition, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { HttpAnswer } from '../../../src/core/look-answers.ts';
import type { CertView } from '../view.ts';

/** An Order is taken within seconds; cert-manager tries again after 20, 40 … (seen). */
const patience = 120_000;

/**
 * An Order that its server has not taken. cert-manager writes nothing of that but into its log: the Order stays without a status, no
 * event tells, and the request names its empty state, which shows a controller at work on both (seen).
 */
export function untakenOrder(view: CertView): KubernetesObject | undefined {
  const order = view.order();
  if (!order || (textAt(order, 'status.state') ?? '') !== '' || textAt(order, 'status.url') !== undefined)
    return undefined;
  const since = timeAt(order, 'metadata.creationTimestamp');
  const waits = condition(view.request(), 'Ready')?.message ?? '';
  const isLate = since !== undefined && view.sight.now.getTime() - since.getTime() >= patience;
  return isLate && /Waiting on certificate issuance from order .*: ""/.test(waits) ? order : undefined;
}

export type Directory = { readonly url: string; readonly host: string };

/** Where the server of an untaken Order is asked from here too. */
export function directoryInDoubt(view: CertView): Directory | undefined {
  if (!view.unfinished || !untakenOrder(view)) return undefined;
  const url = textAt(view.issuerIfSeen(), 'spec.acme.server') ?? '';
  const host = URL.parse(url)?.hostname;
  return host ? { url, host } : undefined;
}

export type DirectoryLook = { readonly from: string; readonly answer: HttpAnswer };

/** What was answered to this machine, whose way there may be another than cert-manager's. */
export function lookAtDirectory({ sight }: CertView, { url, host }: Directory): DirectoryLook | undefined {
  const dns = sight.try({ at: 'dns', name: host });
  const [address] = dns.ok ? [...dns.value.a, ...dns.value.aaaa] : [];
  const look = address ? sight.try({ at: 'http', url, address }) : undefined;
  return look?.ok ? { from: `GET ${url} at ${address} from here`, answer: look.value } : undefined;
}
