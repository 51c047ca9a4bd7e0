import { at, listAt, textMapAt, textsAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** A name of an Order that is not proved yet, without its `*.`, and the ways that the CA offers for it; none where that is not told. */
export type OpenName = { readonly host: string; readonly wildcard: boolean; readonly offered: readonly string[] };

export const calledName = ({ host, wildcard }: OpenName): string =>
  wildcard && !host.startsWith('*.') ? `*.${host}` : host;

/** Why no solver of an issuer takes a name, or undefined where one does (cert-manager, pkg/controller/acmeorders and its selectors). */
export function whyNoSolver(issuer: KubernetesObject, order: KubernetesObject, name: OpenName): string | undefined {
  const solvers = listAt(issuer, 'spec.acme.solvers');
  if (solvers.length === 0) return 'it has no solvers at all';
  const isOffered = (way: string): boolean => name.offered.length === 0 || name.offered.includes(way);
  const able = solvers.filter(
    (solver) =>
      (at(solver, 'dns01') !== undefined && isOffered('dns-01')) ||
      (at(solver, 'http01') !== undefined && isOffered('http-01') && !name.wildcard),
  );
  if (able.length === 0) {
    if (name.wildcard) return 'a wildcard can only be proved by DNS-01, and it has no solver for that';
    return name.offered.length > 0
      ? `the CA offers ${name.offered.join(', ')} for it, and the issuer solves by none of them`
      : 'it has none of a kind known here';
  }
  return able.some((solver) => takes(solver, order, calledName(name)))
    ? undefined
    : `their selectors (${able.map((solver) => JSON.stringify(at(solver, 'selector') ?? {})).join(', ')}) leave it out`;
}

/** Every part of a selector that is given has to fit; labels are compared with the Order's, which come from the Certificate. */
function takes(solver: unknown, order: KubernetesObject, host: string): boolean {
  const labels = textMapAt(order, 'metadata.labels');
  const wanted = Object.entries(textMapAt(solver, 'selector.matchLabels'));
  const names = textsAt(solver, 'selector.dnsNames');
  const zones = textsAt(solver, 'selector.dnsZones');
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    (names.length === 0 || names.includes(host)) &&
    (zones.length === 0 || zones.some((zone) => host === zone || host.endsWith(`.${zone}`)))
  );
}
