import { textAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Look } from '../../src/core/look.ts';
import { attempt, type Sight } from '../../src/core/sight.ts';
import { hostsOf, issuerRefOf, secretNameOf, solverLabels } from './chain.ts';
import { challengeLooks } from './challenge/challenge-looks.ts';
import { directoryInDoubt } from './order/untaken.ts';
import { namesAbove } from './outside/caa.ts';
import { addressesIn, type CertView, certViewOf, challengeUrl, ingressNamespace, loadBalancers } from './view.ts';

/** More names than this on one Certificate are not looked at from outside. */
const mostHosts = 5;

/** First round: the whole chain, in one go. */
export function chainLooks({ target }: Sight): readonly Look[] {
  const namespace = target.namespace ?? '';
  return [
    ...[
      kinds.Certificate,
      kinds.CertificateRequest,
      kinds.Order,
      kinds.Challenge,
      kinds.Issuer,
      kinds.Ingress,
      kinds.NetworkPolicy,
    ].map((kind) => ({ at: 'list', kind, namespace }) as const),
    { at: 'list', kind: kinds.Pod, namespace, labels: solverLabels },
    { at: 'list', kind: kinds.Event, namespace },
    { at: 'list', kind: kinds.ClusterIssuer },
    { at: 'list', kind: kinds.IngressClass },
    { at: 'list', kind: kinds.Service, namespace: ingressNamespace },
    { at: 'manifests', namespace, of: 'certificates' },
  ];
}

/** Second: the Secret, who else uses the issuer, the ingress controller's namespace, and the names. */
export function nameLooks(sight: Sight): readonly Look[] {
  return withCertificate(sight, (view) => {
    const { certificate, namespace, unfinished } = view;
    const others =
      issuerRefOf(certificate).kind === 'ClusterIssuer' ? [{ at: 'list', kind: kinds.Certificate } as const] : [];
    return [
      { at: 'get', kind: kinds.Secret, namespace, name: secretNameOf(certificate) },
      { at: 'get', kind: kinds.Namespace, name: ingressNamespace },
      ...others,
      ...(attempt(() => challengeLooks(view)) ?? []),
      ...namesToAsk(certificate).map((name) => ({ at: 'dns', name }) as const),
      // Whose CAA records count: a wildcard's are those of its parent.
      ...(unfinished ? hostsOf(certificate).slice(0, mostHosts) : [])
        .flatMap((host) => [host.replace(/^\*\./, ''), ...namesAbove(host)])
        .map((name) => ({ at: 'dns', name }) as const),
      ...(attempt(() => [directoryInDoubt(view)]) ?? []).flatMap((it) =>
        it ? [{ at: 'dns', name: it.host } as const] : [],
      ),
      ...loadBalancers(sight).flatMap(({ hostname }) => (hostname ? [{ at: 'dns', name: hostname } as const] : [])),
    ];
  });
}

/** Third: every address, as the CA and as a browser would. */
export function addressLooks(sight: Sight): readonly Look[] {
  return withCertificate(sight, (view) => {
    const { certificate, doubtfulHosts, httpChallenges } = view;
    const addressesOf = (host: string) => {
      const answer = sight.try({ at: 'dns', name: host });
      return answer.ok ? addressesIn(answer.value) : [];
    };
    const hosts = attempt(doubtfulHosts) ?? [];
    const directory = attempt(() => directoryInDoubt(view));
    return [
      ...(directory
        ? addressesOf(directory.host)
            .slice(0, 1)
            .map((address) => ({ at: 'http', url: directory.url, address }) as const)
        : []),
      ...hosts.flatMap((host) => addressesOf(host).map((address) => ({ at: 'tcp', address, port: 80 }) as const)),
      ...(attempt(httpChallenges) ?? []).flatMap((challenge) =>
        addressesOf(textAt(challenge, 'spec.dnsName') ?? '').map(
          (address) => ({ at: 'http', url: challengeUrl(challenge), address }) as const,
        ),
      ),
      ...namesToAsk(certificate).flatMap((host) =>
        addressesOf(host)
          .slice(0, 1)
          .map((address) => ({ at: 'tls', host, address, port: 443 }) as const),
      ),
    ];
  });
}

/** A wildcard has no address of its own. */
const namesToAsk = (certificate: KubernetesObject): readonly string[] =>
  hostsOf(certificate)
    .filter((host) => !host.startsWith('*.'))
    .slice(0, mostHosts);

type ViewOfOne = CertView & { readonly certificate: NonNullable<CertView['certificate']> };

/** Where the Certificate may not be read or is not there, there is nothing further to look at. */
function withCertificate(sight: Sight, looks: (view: ViewOfOne) => readonly Look[]): readonly Look[] {
  const view = attempt(() => certViewOf(sight));
  return view?.certificate ? looks({ ...view, certificate: view.certificate }) : [];
}
