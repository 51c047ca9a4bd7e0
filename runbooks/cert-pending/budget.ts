import { condition, numberAt, textAt, textsAt, timeAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../src/core/remedy.ts';
import { hostsOf, issuerRefOf } from './chain.ts';
import type { CertView } from './view.ts';

const hour = 3_600_000;
const week = 7 * 24 * hour;
/** Let's Encrypt's limits for real certificates: failed validations of a name an hour, certificates for the same names a week. */
const limits = { failed: 5, issued: 5 } as const;
const production = /^https:\/\/acme-v02\.api\.letsencrypt\.org\//;
const testCa = /^https:\/\/acme-staging-v02\.api\.letsencrypt\.org\//;

/** What of the CA's limits is used, as far as this namespace shows: others may ask for the same names elsewhere. */
type Budget = { readonly failed: number; readonly issued: number };

/** Let's Encrypt's real directory. One that cannot be seen is taken for it. */
export function asksRealCa(issuer: KubernetesObject | undefined): boolean {
  return !issuer || production.test(textAt(issuer, 'spec.acme.server') ?? '');
}

function budgetOf(view: CertView): Budget {
  const { certificate } = view;
  if (!certificate) return { failed: 0, issued: 0 };
  return { failed: failedWithinTheHour(view, certificate), issued: issuedThisWeek(view, certificate) };
}

/**
 * A remedy after which cert-manager makes an Order. Its title says what is used. With Let's Encrypt's real directory it is not done
 * while that is spent, nor while another cause stands of which the try would fail too. A directory that cannot be seen is taken for the real one.
 */
export function spending(view: CertView, remedy: Remedy, issuer = view.issuerIfSeen()): Remedy {
  const server = textAt(issuer, 'spec.acme.server');
  if (!asksRealCa(issuer))
    return testCa.test(server ?? '')
      ? { ...remedy, title: `${remedy.title} (asks the test CA, whose limits are wide)` }
      : remedy;
  const budget = budgetOf(view);
  return {
    ...remedy,
    title: `${remedy.title} (this asks the CA: ${budget.failed} of ${limits.failed} failed tries this hour and ${budget.issued} of ${limits.issued} certificates this week are used, as far as can be seen)`,
    blockedBy: remedy.blockedBy ?? spent(view, budget),
    onlyAlone: 'the try would fail of it, and spend one of the five that the CA takes in an hour',
  };
}

function spent({ certificate }: CertView, { failed, issued }: Budget): string | null {
  const names = certificate ? hostsOf(certificate).join(', ') : '';
  if (failed >= limits.failed)
    return `${failed} tries for ${names} failed within the hour, and the CA takes ${limits.failed}; one comes back every 12 minutes`;
  return issued >= limits.issued
    ? `${issued} certificates for ${names} were issued within the week, and the CA gives ${limits.issued}`
    : null;
}

/** Failed Orders of its names; the earlier ones are deleted with each retry, and only events of the last hour tell of them. */
function failedWithinTheHour({ sight, namespace }: CertView, certificate: KubernetesObject): number {
  const since = sight.now.getTime() - hour;
  const hosts = hostsOf(certificate);
  const orders = listed(sight.tryList(kinds.Order, namespace)).filter(
    (order) =>
      textAt(order, 'status.state') === 'invalid' &&
      textAt(order, 'spec.issuerRef.name') === issuerRefOf(certificate).name &&
      textsAt(order, 'spec.dnsNames').some((name) => hosts.includes(name)) &&
      (timeAt(order, 'status.failureTime') ?? timeAt(order, 'metadata.creationTimestamp') ?? sight.now).getTime() >
        since,
  );
  const told = listed(sight.tryList(kinds.Event, namespace)).filter(
    (event) =>
      textAt(event, 'involvedObject.name') === certificate.metadata.name &&
      textAt(event, 'reason') === 'Failed' &&
      /order is in "invalid" state/.test(textAt(event, 'message') ?? '') &&
      (timeAt(event, 'lastTimestamp')?.getTime() ?? 0) > since,
  );
  return Math.max(
    orders.length,
    told.reduce((sum, event) => sum + (numberAt(event, 'count') ?? 1), 0),
  );
}

/** Only the last request is kept, so a young Certificate is counted by its revision, an older one by what is left. */
function issuedThisWeek({ sight, namespace }: CertView, certificate: KubernetesObject): number {
  const since = sight.now.getTime() - week;
  const names = setOf(certificate);
  const alike = listed(sight.tryList(kinds.Certificate, namespace)).filter(
    (other) => setOf(other) === names && issuerRefOf(other).name === issuerRefOf(certificate).name,
  );
  return alike.reduce(
    (sum, item) => sum + issuedOf(item, listed(sight.tryList(kinds.CertificateRequest, namespace)), since),
    0,
  );
}

function issuedOf(certificate: KubernetesObject, requests: readonly KubernetesObject[], since: number): number {
  const isSince = (object: KubernetesObject): boolean =>
    (timeAt(object, 'metadata.creationTimestamp')?.getTime() ?? 0) > since;
  const kept = requests.filter(
    (request) => isOwnedBy(request, certificate) && isSince(request) && condition(request, 'Ready')?.status === 'True',
  ).length;
  return isSince(certificate) ? Math.max(kept, numberAt(certificate, 'status.revision') ?? 0) : kept;
}

const setOf = (certificate: KubernetesObject): string => hostsOf(certificate).toSorted().join(' ');

const listed = (answer: {
  readonly ok: boolean;
  readonly value?: readonly KubernetesObject[];
}): readonly KubernetesObject[] => (answer.ok ? (answer.value ?? []) : []);
