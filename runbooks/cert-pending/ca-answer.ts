import type { Evidence } from '../../src/core/diagnosis.ts';
import { nameOfObject } from '../../src/core/evidence.ts';
import { condition, listAt, textAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { hostsOf } from './chain.ts';
import { type AcmeProblem, acmeProblemIn, quote, refusedAuthorizationIn, secondaryPrefix } from './messages.ts';
import type { CertView } from './view.ts';

/** What an ACME server said, as cert-manager repeats it, and where it stands. */
export type Said = {
  readonly object: KubernetesObject;
  readonly path: string;
  readonly says: string;
  /** Undefined where it is no ACME problem, as a proxy's page is none. */
  readonly problem: AcmeProblem | undefined;
};

/**
 * What ended the last try before or beside any validation: on the Order, on a Challenge that could not go on, else on the request,
 * which repeats it.
 */
export function answerToOrder(view: CertView): Said | undefined {
  const order = view.order();
  const reason = textAt(order, 'status.reason');
  if (order && reason) return said(order, 'status.reason', reason);
  for (const challenge of view.openChallenges()) {
    const words = textAt(challenge, 'status.reason');
    const state = textAt(challenge, 'status.state');
    if (words && (state === 'errored' || /Failed to retrieve Order resource|Error accepting challenge/.test(words)))
      return said(challenge, 'status.reason', words);
  }
  const request = view.request();
  const ready = request && condition(request, 'Ready');
  return request && ready?.status === 'False' && ready.message !== '' && !order
    ? said(request, ready.path, ready.message)
    : undefined;
}

const said = (object: KubernetesObject, path: string, says: string): Said => ({
  object,
  path,
  says,
  problem: acmeProblemIn(says),
});

/** Its words as evidence. */
export const heard = ({ object, path, says }: Pick<Said, 'object' | 'path' | 'says'>): Evidence => ({
  from: nameOfObject(object),
  path,
  saw: quote(says),
});

/** A validation that the CA refused. */
export type Refusal = Omit<Said, 'problem'> & {
  /** Its type is empty where nothing tells it. */
  readonly problem: Pick<AcmeProblem, 'type' | 'detail'>;
  readonly host: string;
  /** The CA asks from several places of the internet; the first one was content (boulder, va). */
  readonly secondary: boolean;
  /** The address that the CA speaks of, where it names one. */
  readonly address: string | undefined;
};

/**
 * The last refusal of each host: in the Challenge, which is kept until the next try; and where the CA takes no tries any more because
 * of them, in the events, which live for an hour.
 */
export function refusalsOf(view: CertView): readonly Refusal[] {
  const standing = view.openChallenges().flatMap((challenge) => {
    const words = textAt(challenge, 'status.reason') ?? '';
    return textAt(challenge, 'status.state') === 'invalid'
      ? refusal(challenge, 'status.reason', words, textAt(challenge, 'spec.dnsName'))
      : [];
  });
  return standing.length > 0 || !isSpent(view) ? standing : refusalsInEvents(view);
}

/** Whether the CA counts the failed validations, and has had enough of them. */
function isSpent(view: CertView): boolean {
  const { certificate } = view;
  return certificate !== undefined && view.unfinished && /too many failed authorizations/.test(reasonOfOrder(view));
}

const reasonOfOrder = (view: CertView): string => textAt(view.order(), 'status.reason') ?? '';

function refusalsInEvents(view: CertView): readonly Refusal[] {
  const { certificate } = view;
  if (!certificate) return [];
  // The names of Challenges begin with that of the request, which is cut at 52 characters.
  const prefix = certificate.metadata.name.slice(0, 50);
  const told = view.sight
    .list(kinds.Event, view.namespace)
    .filter(
      (event) =>
        textAt(event, 'involvedObject.kind') === 'Challenge' &&
        textAt(event, 'involvedObject.name')?.startsWith(prefix) === true,
    )
    .toSorted((a, b) => timeOf(b).localeCompare(timeOf(a)))
    .flatMap((event) => refusal(event, 'message', textAt(event, 'message') ?? ''));
  return hostsOf(certificate).flatMap((host) => told.find((item) => item.host === host) ?? []);
}

const timeOf = (event: KubernetesObject): string =>
  textAt(event, 'lastTimestamp') ?? textAt(event, 'eventTime') ?? event.metadata.creationTimestamp ?? '';

/** `dnsName`: whose Challenge says it; an event's words name the host themselves. */
function refusal(object: KubernetesObject, path: string, says: string, dnsName?: string): readonly Refusal[] {
  const host = /authorization error for ([^:\s]+): /.exec(says)?.[1] ?? dnsName;
  const problem = refusedAuthorizationIn(says);
  if (host === undefined || !problem) return [];
  const secondary = problem.detail.startsWith(secondaryPrefix);
  const detail = secondary ? problem.detail.slice(secondaryPrefix.length) : problem.detail;
  const address = /^([0-9a-f.:]{3,45}): (?:Fetching|Invalid response)/i.exec(detail)?.[1];
  return [{ object, path, says, problem, host, secondary, address }];
}

/** The challenge of a host that was refused, where it is still there to be asked for. */
export const challengeOf = (view: CertView, { host }: Refusal): KubernetesObject | undefined =>
  view.openChallenges().find((challenge) => textAt(challenge, 'spec.dnsName') === host);

/** The name in DNS that a CA goes by in CAA records (RFC 8659), by the host of its directory. */
const identities: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)letsencrypt\.org$/, 'letsencrypt.org'],
  [/(^|\.)pki\.goog$/, 'pki.goog'],
  [/(^|\.)zerossl\.com$/, 'sectigo.com'],
  [/(^|\.)buypass\.(com|no)$/, 'buypass.com'],
];

/** Undefined for a CA that is not known here: its directory says it (`meta.caaIdentities`), which is not read. */
export function identityOf(issuer: KubernetesObject | undefined): string | undefined {
  const server = URL.parse(textAt(issuer, 'spec.acme.server') ?? '')?.hostname ?? '';
  return identities.find(([host]) => host.test(server))?.[1];
}

/** Whether the issuer's account was written anew after `since`: what was said of the one before holds no longer. */
export function isAccountNewerThan(issuer: KubernetesObject | undefined, since: Date | undefined): boolean {
  if (!issuer || !since) return false;
  return listAt(issuer, 'metadata.managedFields').some((entry) => {
    const written = Date.parse(textAt(entry, 'time') ?? '');
    return textAt(entry, 'subresource') === 'status' && written > since.getTime();
  });
}
