import type { State, Waiting } from '../../src/core/diagnosis.ts';
import { condition, textAt, timeAt } from '../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../src/core/kubernetes/object.ts';
import { hostsOf } from './chain.ts';
import { overtakenIn } from './challenge/overtaken.ts';
import { unreadyIssuer } from './issuer/ready.ts';
import { isOver } from './last-failure.ts';
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

  const overtaken = unreadyIssuer(view) ? undefined : overtakenIn(view);
  if (overtaken) {
    const { awaits, longest } = overtaken;
    return { is: 'waiting', waiting: { for: awaits, since: null, normallyUpTo: longest, nextTryAt: null } };
  }
  const deepest = deepestOf(view);
  const since = sinceOf(certificate, deepest, sight.now);
  if (now - since.getTime() < young) return { is: 'waiting', waiting: waitingFor(certificate, deepest, since) };
  return { is: 'broken', object: refTo(deepest.object), quote: quote(deepest.says) };
}

type Deepest = { readonly object: KubernetesObject; readonly says: string };

/** The deepest object of the chain that is not done, and its own words: it holds the cause, all above only echo it. */
function deepestOf(view: CertView): Deepest {
  const certificate = view.certificate as KubernetesObject;
  const unready = unreadyIssuer(view);
  if (unready) return { object: unready.issuer, says: unready.ready.message };
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
  return { object: certificate, says: ownWords(certificate) };
}

/** Ready=True is not always true: it stands after notAfter where no controller is at work (seen). */
function ownWords(certificate: KubernetesObject): string {
  const failed = condition(certificate, 'Issuing');
  if (failed?.status === 'False' && failed.reason === 'Failed') return failed.message;
  const ready = condition(certificate, 'Ready');
  if (!ready) return 'no condition Ready: no controller has looked at it';
  const dates = ['notAfter', 'renewalTime'].flatMap((name) => {
    const when = textAt(certificate, `status.${name}`);
    return when === undefined ? [] : [`${name} ${when}`];
  });
  return `Ready ${ready.status}, ${ready.reason}: ${ready.message}${ready.status === 'True' ? ` (${dates.join(', ')})` : ''}`;
}

/** Since when the present try runs: a failed one is not young, however new its objects. */
function sinceOf(certificate: KubernetesObject, deepest: Deepest, now: Date): Date {
  const old = new Date(now.getTime() - 2 * young);
  if (isOver(textAt(deepest.object, 'status.state'))) return old;
  const issuing = condition(certificate, 'Issuing');
  if (issuing) return issuing.lastTransitionTime ?? old;
  // Ready, and yet not well: it ended, or its renewal is overdue, and nobody is at work on it.
  const ready = condition(certificate, 'Ready');
  if (ready?.status === 'True') return old;
  return ready?.lastTransitionTime ?? timeAt(certificate, 'metadata.creationTimestamp') ?? old;
}

function waitingFor(certificate: KubernetesObject, { object, says }: Deepest, since: Date): Waiting {
  return {
    for:
      object.kind === 'Certificate'
        ? `cert-manager to ${condition(certificate, 'Issuing')?.status === 'True' ? 'complete what it began with' : 'begin with'} ${certificate.metadata.name}`
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
    if (/Fake Certificate/.test(issuer)) return 'users see a warning: the ingress serves its own default certificate';
    if (issuer.includes('(STAGING)')) return `users see an untrusted certificate (test CA) until ${until}`;
    if (host && !names.some((name) => covers(name, host)))
      return `users see a warning: the certificate served is not for ${host}`;
    return `users see a certificate for ${host} that is valid until ${until}`;
  }
  if (isServing(certificate, sight.now)) {
    return `unknown from here (port 443 did not answer); the stored certificate is valid until ${(textAt(certificate, 'status.notAfter') ?? '').slice(0, 10)}`;
  }
  const ended = textAt(certificate, 'status.notAfter');
  if (ended && Date.parse(ended) <= sight.now.getTime())
    return `users see an expired certificate since ${ended.slice(0, 10)}`;
  return address === undefined
    ? 'no certificate yet, and the host has no address from here'
    : 'no certificate yet: HTTPS shows a warning or does not answer';
}

const covers = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1));
