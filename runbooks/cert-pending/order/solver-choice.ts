import { at, listAt, textMapAt, textsAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** Why no solver of an issuer takes a name, or undefined where one does (cert-manager, pkg/controller/acmeorders and its selectors). */
export function whyNoSolver(
  issuer: KubernetesObject,
  order: KubernetesObject,
  name: { readonly host: string; readonly wildcard: boolean },
): string | undefined {
  const solvers = listAt(issuer, 'spec.acme.solvers');
  if (solvers.length === 0) return 'it has no solvers at all';
  const able = solvers.filter(
    (solver) => at(solver, 'dns01') !== undefined || (!name.wildcard && at(solver, 'http01') !== undefined),
  );
  if (able.length === 0)
    return name.wildcard
      ? 'a wildcard can only be proved by DNS-01, and it solves by HTTP-01 only'
      : 'it has none of a kind known here';
  return able.some((solver) => takes(solver, order, name.host))
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
