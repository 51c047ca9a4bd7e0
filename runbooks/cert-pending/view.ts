import { condition, listAt, textAt } from '../../src/core/kubernetes/field.ts';
import { classesOf, isServed } from '../../src/core/kubernetes/ingress-routing.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { DnsAnswer, HttpAnswer } from '../../src/core/look.ts';
import { CouldNotLook, type Sight } from '../../src/core/sight.ts';
import { challengesOf, hostsOf, issuerOf, isUnfinished, orderOf, requestOf, sharersOf } from './chain.ts';

export const nginxController = 'k8s.io/ingress-nginx';
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
  readonly request: () => KubernetesObject | undefined;
  readonly order: () => KubernetesObject | undefined;
  readonly challenges: () => readonly KubernetesObject[];
  readonly sharers: () => readonly KubernetesObject[];
  /** Challenges that are not valid yet: each is a host in doubt. */
  readonly openChallenges: () => readonly KubernetesObject[];
  /** Hosts whose validation is under way or failed last. */
  readonly doubtfulHosts: () => readonly string[];
  readonly dns: (host: string) => DnsAnswer;
  /** Addresses this cluster's ingress is reached at, as its Services and Ingresses say; empty where nothing says it. */
  readonly ownAddresses: () => readonly string[];
  readonly looksAt: (challenge: KubernetesObject) => readonly OutsideAnswer[];
  readonly servedClasses: () => readonly string[];
};

/** A challenge fetched from here, at one address of its host. */
export type OutsideAnswer = { readonly address: string; readonly url: string; readonly answer: HttpAnswer };

export function certViewOf(sight: Sight): CertView {
  const namespace = sight.target.namespace ?? '';
  const certificate = sight
    .list(kinds.Certificate, namespace)
    .find(({ metadata }) => metadata.name === sight.target.name);
  const of = <T>(read: (certificate: KubernetesObject) => T, otherwise: T): T =>
    certificate ? read(certificate) : otherwise;
  const challenges = () => of((it) => challengesOf(sight, it), []);
  const openChallenges = () => challenges().filter((challenge) => textAt(challenge, 'status.state') !== 'valid');

  return {
    sight,
    certificate,
    namespace,
    unfinished: of(isUnfinished, false),
    issuer: () => of((it) => issuerOf(sight, it), undefined),
    request: () => of((it) => requestOf(sight, it), undefined),
    order: () => of((it) => orderOf(sight, it), undefined),
    challenges,
    sharers: () => of((it) => sharersOf(sight, it), []),
    openChallenges,
    doubtfulHosts: () =>
      certificate && isUnfinished(certificate)
        ? doubtfulHosts(certificate, openChallenges(), orderOf(sight, certificate))
        : [],
    dns: (host) => sight.dns(host),
    ownAddresses: () => ownAddresses(sight),
    looksAt: (challenge) => looksAt(sight, challenge),
    servedClasses: () => classesOf(sight.list(kinds.IngressClass), nginxController),
  };
}

/** A rate limit for failed authorizations leaves no Challenge behind, but says that the hosts failed. */
function doubtfulHosts(
  certificate: KubernetesObject,
  open: readonly KubernetesObject[],
  order: KubernetesObject | undefined,
): readonly string[] {
  const hosts = open.flatMap((challenge) => textAt(challenge, 'spec.dnsName') ?? []);
  if (hosts.length > 0) return [...new Set(hosts)];
  return /too many failed authorizations/.test(textAt(order, 'status.reason') ?? '') ? hostsOf(certificate) : [];
}

/** Both families, as a CA would try them. */
export const addressesIn = ({ a, aaaa }: Pick<DnsAnswer, 'a' | 'aaaa'>): readonly string[] => [...a, ...aaaa];

export const challengeUrl = (challenge: KubernetesObject): string =>
  `http://${textAt(challenge, 'spec.dnsName') ?? ''}/.well-known/acme-challenge/${textAt(challenge, 'spec.token') ?? ''}`;

function looksAt(sight: Sight, challenge: KubernetesObject): readonly OutsideAnswer[] {
  const host = textAt(challenge, 'spec.dnsName') ?? '';
  const url = challengeUrl(challenge);
  const answers = addressesIn(sight.dns(host)).map((address) => ({
    address,
    url,
    answer: sight.try({ at: 'http', url, address }),
  }));
  return answers.map(({ address, answer }) => {
    if (!answer.ok) throw new CouldNotLook(`http ${url} at ${address}`, answer);
    return { address, url, answer: answer.value };
  });
}

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

function ownAddresses(sight: Sight): readonly string[] {
  const found = loadBalancers(sight).flatMap(({ ip, hostname }) => {
    if (ip) return [ip];
    const named = hostname ? sight.try({ at: 'dns', name: hostname }) : undefined;
    return named?.ok ? addressesIn(named.value) : [];
  });
  return [...new Set(found)];
}

/** Whether the stored certificate serves: Ready and, by our own clock, within its dates. Ready alone may be stale (seen after notAfter). */
export function isServing(certificate: KubernetesObject, now: Date): boolean {
  const until = Date.parse(textAt(certificate, 'status.notAfter') ?? '');
  return condition(certificate, 'Ready')?.status === 'True' && !Number.isNaN(until) && until > now.getTime();
}
