import { condition, listAt, textAt } from '../../src/core/kubernetes/field.ts';
import { classesOf, isServed } from '../../src/core/kubernetes/ingress-routing.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { DnsAnswer, HttpAnswer } from '../../src/core/look-answers.ts';
import type { Sight } from '../../src/core/sight.ts';
import {
  challengesOf,
  hostsOf,
  isHttp01,
  issuerOf,
  issuerRefOf,
  isUnfinished,
  orderOf,
  requestOf,
  sharersOf,
  solvesByHttp01Only,
} from './chain.ts';

const nginxController = 'k8s.io/ingress-nginx';
/** Where ingress-nginx's own chart and manifests put it. */
export const ingressNamespace = 'ingress-nginx';

/** What cert-pending's detectors see: the chain from Certificate to Challenge, and the looks from outside. Everything is read when asked for. */
export type CertView = {
  readonly sight: Sight;
  /** Undefined where the target does not exist. */
  readonly certificate: KubernetesObject | undefined;
  readonly namespace: string;
  readonly unfinished: boolean;
  readonly issuer: () => KubernetesObject | undefined;
  /** The same, where it may be seen: for what is only said beside a proven cause. */
  readonly issuerIfSeen: () => KubernetesObject | undefined;
  readonly request: () => KubernetesObject | undefined;
  readonly order: () => KubernetesObject | undefined;
  readonly challenges: () => readonly KubernetesObject[];
  readonly sharers: () => readonly KubernetesObject[];
  /** Challenges that are not valid yet. */
  readonly openChallenges: () => readonly KubernetesObject[];
  /** Those of them that are checked over HTTP: each is a host in doubt. */
  readonly httpChallenges: () => readonly KubernetesObject[];
  /** Hosts whose validation over HTTP is under way or failed last. */
  readonly doubtfulHosts: () => readonly string[];
  readonly dns: (host: string) => DnsAnswer;
  /** Addresses this cluster's ingress is reached at, as its Services and Ingresses say; empty where nothing says it. */
  readonly ownAddresses: () => readonly string[];
  /** What was answered at those addresses that could be asked. */
  readonly looksAt: (challenge: KubernetesObject) => readonly OutsideAnswer[];
  /** Throws where an address of it could not be asked. */
  readonly mustHaveLookedAt: (challenge: KubernetesObject) => void;
  readonly servedClasses: () => readonly string[];
};

/** A challenge fetched from here, at one address of its host. */
export type OutsideAnswer = { readonly address: string; readonly url: string; readonly answer: HttpAnswer };

export function certViewOf(sight: Sight): CertView {
  const namespace = sight.target.namespace ?? '';
  // A cluster that does not serve Certificates has none: cert-manager-not-installed-or-skewed says so.
  const listed = sight.tryList(kinds.Certificate, namespace);
  const certificate =
    !listed.ok && listed.why === 'not-found'
      ? undefined
      : sight.list(kinds.Certificate, namespace).find(({ metadata }) => metadata.name === sight.target.name);
  const of = <T>(read: (certificate: KubernetesObject) => T, otherwise: T): T =>
    certificate ? read(certificate) : otherwise;
  const challenges = () => of((it) => challengesOf(sight, it), []);
  const openChallenges = () => challenges().filter((challenge) => textAt(challenge, 'status.state') !== 'valid');
  const httpChallenges = () => openChallenges().filter(isHttp01);

  return {
    sight,
    certificate,
    namespace,
    unfinished: of(isUnfinished, false),
    issuer: () => of((it) => issuerOf(sight, it), undefined),
    issuerIfSeen: () => {
      const named = certificate && issuerRefOf(certificate);
      const seen = sight.tryList(
        named?.kind === 'ClusterIssuer' ? kinds.ClusterIssuer : kinds.Issuer,
        named?.kind === 'ClusterIssuer' ? undefined : namespace,
      ).ok;
      return seen ? of((it) => issuerOf(sight, it), undefined) : undefined;
    },
    request: () => of((it) => requestOf(sight, it), undefined),
    order: () => of((it) => orderOf(sight, it), undefined),
    challenges,
    sharers: () => of((it) => sharersOf(sight, it), []),
    openChallenges,
    httpChallenges,
    doubtfulHosts: () =>
      certificate && isUnfinished(certificate) ? doubtfulHosts(sight, certificate, httpChallenges()) : [],
    dns: (host) => sight.dns(host),
    ownAddresses: () => ownAddresses(sight),
    looksAt: (challenge) => looksAt(sight, challenge),
    mustHaveLookedAt: (challenge) => mustHaveLookedAt(sight, challenge),
    servedClasses: () => classesOf(sight.list(kinds.IngressClass), nginxController),
  };
}

/** A rate limit for failed authorizations leaves no Challenge behind, but says that the hosts failed; how, only the issuer's solvers tell. */
function doubtfulHosts(
  sight: Sight,
  certificate: KubernetesObject,
  open: readonly KubernetesObject[],
): readonly string[] {
  const hosts = open.flatMap((challenge) => textAt(challenge, 'spec.dnsName') ?? []);
  if (hosts.length > 0) return [...new Set(hosts)];
  const order = orderOf(sight, certificate);
  if (!/too many failed authorizations/.test(textAt(order, 'status.reason') ?? '')) return [];
  return solvesByHttp01Only(issuerOf(sight, certificate)) ? hostsOf(certificate) : [];
}

/** Both families, as a CA would try them. */
export const addressesIn = ({ a, aaaa }: Pick<DnsAnswer, 'a' | 'aaaa'>): readonly string[] => [...a, ...aaaa];

export const challengeUrl = (challenge: KubernetesObject): string =>
  `http://${textAt(challenge, 'spec.dnsName') ?? ''}/.well-known/acme-challenge/${textAt(challenge, 'spec.token') ?? ''}`;

function looksAt(sight: Sight, challenge: KubernetesObject): readonly OutsideAnswer[] {
  const url = challengeUrl(challenge);
  return addressesIn(sight.dns(textAt(challenge, 'spec.dnsName') ?? '')).flatMap((address) => {
    const answer = sight.try({ at: 'http', url, address });
    return answer.ok ? [{ address, url, answer: answer.value }] : [];
  });
}

function mustHaveLookedAt(sight: Sight, challenge: KubernetesObject): void {
  for (const address of addressesIn(sight.dns(textAt(challenge, 'spec.dnsName') ?? ''))) {
    sight.http(challengeUrl(challenge), address);
  }
}

export const hasKey = ({ answer }: OutsideAnswer): boolean => answer.outcome === 'answered' && answer.isKey;

/** Load balancer entries of what the ingress controller serves in this namespace, and of the controller's own Service. */
export function loadBalancers(sight: Sight): readonly { readonly ip?: string; readonly hostname?: string }[] {
  const classes = sight.tryList(kinds.IngressClass);
  const served = classes.ok ? classesOf(classes.value, nginxController) : [];
  const ingresses = sight.tryList(kinds.Ingress, sight.target.namespace);
  const services = sight.tryList(kinds.Service, ingressNamespace);
  return [
    ...(ingresses.ok ? ingresses.value.filter((ingress) => isServed(ingress, served)) : []),
    ...(services.ok ? services.value.filter((service) => textAt(service, 'spec.type') === 'LoadBalancer') : []),
  ]
    .flatMap((object) => listAt(object, 'status.loadBalancer.ingress'))
    .map((entry) => {
      const ip = textAt(entry, 'ip');
      const hostname = textAt(entry, 'hostname');
      return { ...(ip ? { ip } : {}), ...(hostname ? { hostname } : {}) };
    });
}

/** Nothing that says it, and something that may not be read, is no answer. */
function ownAddresses(sight: Sight): readonly string[] {
  const found = loadBalancers(sight).flatMap(({ ip, hostname }) => {
    if (ip) return [ip];
    const named = hostname ? sight.try({ at: 'dns', name: hostname }) : undefined;
    return named?.ok ? addressesIn(named.value) : [];
  });
  if (found.length === 0) {
    sight.list(kinds.Service, ingressNamespace);
    sight.list(kinds.IngressClass);
    sight.list(kinds.Ingress, sight.target.namespace);
    for (const { hostname } of loadBalancers(sight)) if (hostname) sight.dns(hostname);
  }
  return [...new Set(found)];
}

/** Whether the stored certificate serves: Ready and, by our own clock, within its dates. Ready alone may be stale (seen after notAfter). */
export function isServing(certificate: KubernetesObject, now: Date): boolean {
  const until = Date.parse(textAt(certificate, 'status.notAfter') ?? '');
  return condition(certificate, 'Ready')?.status === 'True' && !Number.isNaN(until) && until > now.getTime();
}
