import {
  at,
  condition,
  listAt,
  numberAt,
  textAt,
  textMapAt,
  textsAt,
  timeAt,
} from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Sight } from '../../src/core/sight.ts';

export const ownGroup = 'cert-manager.io';
export const solverLabels = 'acme.cert-manager.io/http01-solver=true';
export const certificateNameAnnotation = 'cert-manager.io/certificate-name';
const revisionAnnotation = 'cert-manager.io/certificate-revision';

/** Which issuer a Certificate names. `kind` omitted means Issuer, `group` omitted cert-manager.io (cert-manager API reference). */
export type IssuerRef = { readonly kind: string; readonly name: string; readonly group: string };

export function issuerRefOf(certificate: KubernetesObject): IssuerRef {
  return {
    kind: textAt(certificate, 'spec.issuerRef.kind') || 'Issuer',
    name: textAt(certificate, 'spec.issuerRef.name') ?? '',
    group: textAt(certificate, 'spec.issuerRef.group') || ownGroup,
  };
}

export const secretNameOf = (certificate: KubernetesObject): string => textAt(certificate, 'spec.secretName') ?? '';
export const hostsOf = (certificate: KubernetesObject): readonly string[] => textsAt(certificate, 'spec.dnsNames');

/** The request under way: revision = status.revision + 1, or 1 (cert-manager, docs/troubleshooting). Owned by uid, never matched by name. */
export function requestOf(sight: Sight, certificate: KubernetesObject): KubernetesObject | undefined {
  const next = String((numberAt(certificate, 'status.revision') ?? 0) + 1);
  return newest(
    sight
      .list(kinds.CertificateRequest, sight.target.namespace)
      .filter(
        (request) =>
          isOwnedBy(request, certificate) && textMapAt(request, 'metadata.annotations')[revisionAnnotation] === next,
      ),
  );
}

/** The newest Order of the revision under way. Its annotations name the Certificate, so this does not need the request. */
export function orderOf(sight: Sight, certificate: KubernetesObject): KubernetesObject | undefined {
  const next = String((numberAt(certificate, 'status.revision') ?? 0) + 1);
  return newest(
    sight.list(kinds.Order, sight.target.namespace).filter((order) => {
      const annotations = textMapAt(order, 'metadata.annotations');
      return (
        annotations[certificateNameAnnotation] === certificate.metadata.name &&
        (annotations[revisionAnnotation] ?? next) === next
      );
    }),
  );
}

/** The Challenges of the Order; where Orders may not be read, those for the Certificate's hosts and issuer. */
export function challengesOf(sight: Sight, certificate: KubernetesObject): readonly KubernetesObject[] {
  const all = sight.list(kinds.Challenge, sight.target.namespace);
  if (sight.tryList(kinds.Order, sight.target.namespace).ok) {
    const order = orderOf(sight, certificate);
    return order ? all.filter((challenge) => isOwnedBy(challenge, order)) : [];
  }
  const hosts = hostsOf(certificate);
  return all.filter(
    (challenge) =>
      hosts.includes(textAt(challenge, 'spec.dnsName') ?? '') &&
      // Another Certificate may ask for the same host: names of Challenges begin with their Certificate's, cut where that is long.
      challenge.metadata.name.startsWith(certificate.metadata.name.slice(0, 40)) &&
      textAt(challenge, 'spec.issuerRef.name') === issuerRefOf(certificate).name,
  );
}

/** The issuer object that the Certificate names, or undefined where it does not exist or is another controller's. */
export function issuerOf(sight: Sight, certificate: KubernetesObject): KubernetesObject | undefined {
  const named = issuerRefOf(certificate);
  if (named.group !== ownGroup) return undefined;
  const kind = named.kind === 'ClusterIssuer' ? kinds.ClusterIssuer : kinds.Issuer;
  return sight.list(kind, sight.target.namespace).find(({ metadata }) => metadata.name === named.name);
}

/** Every Certificate of the namespace that writes the same Secret, the target among them. */
export function sharersOf(sight: Sight, certificate: KubernetesObject): readonly KubernetesObject[] {
  const secret = secretNameOf(certificate);
  return sight
    .list(kinds.Certificate, sight.target.namespace)
    .filter((other) => secretNameOf(other) === secret)
    .toSorted((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''));
}

/**
 * Whether cert-manager is at work on it, or should be: not Ready, issuing anew, or failed in it. A renewal that fails leaves Ready
 * at True until the old certificate ends; lastFailureTime goes with the next success.
 */
export function isUnfinished(certificate: KubernetesObject): boolean {
  return (
    condition(certificate, 'Ready')?.status !== 'True' ||
    condition(certificate, 'Issuing')?.status === 'True' ||
    timeAt(certificate, 'status.lastFailureTime') !== undefined
  );
}

/** DNS-01 needs neither an address nor port 80. */
export const isHttp01 = (challenge: KubernetesObject): boolean => textAt(challenge, 'spec.type') === 'HTTP-01';

/** Whether an issuer solves by HTTP-01 and by nothing else. */
export function solvesByHttp01Only(issuer: KubernetesObject | undefined): boolean {
  const solvers = listAt(issuer, 'spec.acme.solvers');
  return solvers.length > 0 && solvers.every((solver) => at(solver, 'http01') !== undefined);
}

function newest(objects: readonly KubernetesObject[]): KubernetesObject | undefined {
  return objects.toSorted((a, b) =>
    (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''),
  )[0];
}
