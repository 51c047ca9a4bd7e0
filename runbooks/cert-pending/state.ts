import type { State, Waiting } from '../../src/core/diagnosis.ts';
import { condition, textAt, timeAt } from '../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../src/core/kubernetes/object.ts';
import { hostsOf } from './chain.ts';
import { quote } from './messages.ts';
import { addressesIn, type CertView, isServing } from './view.ts';

const minute = 60_000;
/** From nothing to issued takes 16 s on a quiet cluster; load balancer and DNS of a first time up to five minutes. */
const young = 5 * minute;
const overdue = 60 * minute;

/** What is to be said of the Certificate where no cause was found. */
export function stateOf(view: CertView): State {
  const { certificate, sight } = view;
  if (!certificate)
    return {
      is: 'broken',
      object: { ...sight.target },
      quote: `there is no Certificate ${sight.target.name} in ${view.namespace}`,
    };
  const now = sight.now.getTime();
  const renewal = timeAt(certificate, 'status.renewalTime');
  if (isServing(certificate, sight.now) && !view.unfinished && !(renewal && renewal.getTime() < now - overdue))
    return { is: 'healthy' };

  const deepest = deepestOf(view);
  const since = sinceOf(certificate, deepest, sight.now);
  if (now - since.getTime() < young) return { is: 'waiting', waiting: waitingFor(certificate, deepest, since) };
  return { is: 'broken', object: refTo(deepest.object), quote: quote(deepest.says) };
}

type Deepest = { readonly object: KubernetesObject; readonly says: string };

/** The deepest object of the chain that is not done, and its own words: it holds the cause, all above only echo it. */
function deepestOf(view: CertView): Deepest {
  const certificate = view.certificate as KubernetesObject;
  const [challenge] = view.openChallenges();
  if (challenge)
    return {
      object: challenge,
      says: textAt(challenge, 'status.reason') || `state ${textAt(challenge, 'status.state') || '(none)'}`,
    };
  const order = view.order();
  if (order && textAt(order, 'status.state') !== 'valid') {
    return {
      object: order,
      says: textAt(order, 'status.reason') || `state ${textAt(order, 'status.state') || '(none)'}`,
    };
  }
  const request = view.request();
  const requested = request && condition(request, 'Ready');
  if (request && requested?.status !== 'True')
    return { object: request, says: requested?.message || 'no condition Ready' };
  const ready = condition(certificate, 'Ready');
  return { object: certificate, says: ready ? `${ready.reason}: ${ready.message}` : 'no condition Ready' };
}

/** Since when the present try runs: a failed one is not young, however new its objects. */
function sinceOf(certificate: KubernetesObject, deepest: Deepest, now: Date): Date {
  const failed = ['invalid', 'errored', 'expired'].includes(textAt(deepest.object, 'status.state') ?? '');
  if (failed) return new Date(now.getTime() - 2 * young);
  const begun =
    condition(certificate, 'Issuing')?.lastTransitionTime ??
    condition(certificate, 'Ready')?.lastTransitionTime ??
    timeAt(certificate, 'metadata.creationTimestamp');
  return begun ?? new Date(now.getTime() - 2 * young);
}

function waitingFor(certificate: KubernetesObject, { object, says }: Deepest, since: Date): Waiting {
  return {
    for:
      object.kind === 'Certificate'
        ? `cert-manager to begin with ${certificate.metadata.name}`
        : `${object.kind} ${object.metadata.name}: ${quote(says).slice(0, 160)}`,
    since,
    normallyUpTo: 'PT2M',
    nextTryAt: null,
  };
}

/** Are users hurt now? Judged by what is served where that can be seen from here, else by the dates of what is stored. */
export function impactOf(view: CertView): string {
  const { certificate, sight } = view;
  if (!certificate) return 'unknown: the Certificate does not exist, what is served cannot be told from it';
  const [host] = hostsOf(certificate);
  const dns = host ? sight.try({ at: 'dns', name: host }) : undefined;
  const [address] = dns?.ok ? addressesIn(dns.value) : [];
  const served = host && address ? sight.try({ at: 'tls', host, address, port: 443 }) : undefined;
  if (served?.ok) {
    const { issuer, notAfter, names } = served.value;
    const until = notAfter.slice(0, 10);
    if (Date.parse(notAfter) <= sight.now.getTime()) return `users see an expired certificate since ${until}`;
    if (/Fake Certificate/.test(issuer))
      return 'users see a warning: the ingress serves its own placeholder certificate';
    if (issuer.includes('(STAGING)')) return `users see an untrusted certificate (test CA) until ${until}`;
    if (host && !names.some((name) => covers(name, host)))
      return `users see a warning: the certificate served is not for ${host}`;
    return `users see a certificate for ${host} that is valid until ${until}`;
  }
  if (isServing(certificate, sight.now)) {
    return `unknown from here (port 443 did not answer); the stored certificate is valid until ${(textAt(certificate, 'status.notAfter') ?? '').slice(0, 10)}`;
  }
  return address === undefined
    ? 'no certificate yet, and the host has no address from here'
    : 'no certificate yet: HTTPS shows a warning or does not answer';
}

const covers = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1));
