import { byHand } from '../../../src/core/by-hand.ts';
import { at, listAt, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { classOf } from '../../../src/core/kubernetes/ingress-routing.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { issuerRefOf } from '../chain.ts';
import type { CertView } from '../view.ts';

/**
 * Correct the solver that the Challenge was made from. cert-manager 1.21 replaces the Challenge by itself within seconds (seen), so
 * nothing is deleted.
 */
export function towardsServedClass(view: CertView, challenge: KubernetesObject): readonly Remedy[] {
  const issuer = view.issuerIfSeen();
  const wanted = wantedClass(view);
  const place = issuer ? placeOf(issuer, challenge) : -1;
  if (!issuer || !wanted || place < 0) return [correctByHand(challenge, wanted)];
  const others = otherUsers(view, issuer);
  const solver = { ...(at(issuer, `spec.acme.solvers.${place}.http01.ingress`) as Record<string, unknown>) };
  const { class: _class, name: _name, ...rest } = solver;
  const to = { ...rest, ingressClassName: wanted };
  return [
    {
      id: 'use-served-class',
      title: `Let ${issuer.kind} ${issuer.metadata.name} solve challenges with ingress class "${wanted}"`,
      risk: 'medium',
      automatic: 'yes',
      commands: [
        `kubectl patch ${issuer.kind.toLowerCase()} ${issuer.metadata.name}${issuer.metadata.namespace ? ` -n ${issuer.metadata.namespace}` : ''} --type json -p '${JSON.stringify([{ op: 'replace', path: `/spec/acme/solvers/${place}/http01/ingress`, value: to }])}'`,
      ],
      changes: [patchOf(issuer, [{ path: ['spec', 'acme', 'solvers', place, 'http01', 'ingress'], to }])],
      undo: 'Puts the solver back as it was.',
      reversible: true,
      blockedBy: others,
      healsWithin: 180,
    },
  ];
}

const correctByHand = (challenge: KubernetesObject, wanted: string | undefined): Remedy => {
  const kind = (textAt(challenge, 'spec.issuerRef.kind') ?? 'Issuer').toLowerCase();
  const name = textAt(challenge, 'spec.issuerRef.name') ?? '';
  return byHand({
    id: 'correct-the-solver',
    title: `Have the solver of ${name} name the class ${wanted ? `"${wanted}"` : 'of the ingress controller'}, as ingressClassName`,
    risk: 'medium',
    commands: [
      'kubectl get ingressclasses',
      `kubectl${kind === 'issuer' ? ` -n ${challenge.metadata.namespace}` : ''} edit ${kind} ${name}`,
    ],
  });
};

/** The class of the service's own Ingress, else the only one that ingress-nginx serves. */
function wantedClass(view: CertView): string | undefined {
  const served = view.servedClasses();
  const own = view.sight
    .list(kinds.Ingress, view.namespace)
    .filter((ingress) => textMapAt(ingress, 'metadata.labels')['acme.cert-manager.io/http01-solver'] !== 'true')
    .flatMap((ingress) => classOf(ingress)?.name ?? [])
    .filter((name) => served.includes(name));
  return own[0] ?? (served.length === 1 ? served[0] : undefined);
}

/** Which of the issuer's solvers made this Challenge: the Challenge holds a copy of it without its selector, with empty maps added (seen). */
export function placeOf(issuer: KubernetesObject, challenge: KubernetesObject): number {
  const copy = essence(at(challenge, 'spec.solver.http01'));
  return listAt(issuer, 'spec.acme.solvers').findIndex((solver) => essence(at(solver, 'http01')) === copy);
}

/** One spelling for what says the same: empty maps left out, keys in order. */
export const essence = (value: unknown): string =>
  JSON.stringify(value, (_, item) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(
          Object.entries(item)
            .filter(([, inner]) => JSON.stringify(inner) !== '{}')
            .toSorted(([a], [b]) => (a < b ? -1 : 1)),
        )
      : item,
  );

/** A ClusterIssuer is everybody's: where others use it, or that cannot be seen, a person decides. */
function otherUsers(view: CertView, issuer: KubernetesObject): string | null {
  if (issuer.kind !== 'ClusterIssuer') return null;
  const all = view.sight.tryList(kinds.Certificate);
  if (!all.ok) return `could not see whether other namespaces use ${issuer.metadata.name} (${all.needs ?? all.detail})`;
  const others = all.value.filter(
    (item) =>
      item.metadata.namespace !== view.namespace &&
      issuerRefOf(item).name === issuer.metadata.name &&
      issuerRefOf(item).kind === issuer.kind,
  );
  return others.length > 0
    ? `${others.length} Certificates of other namespaces use ${issuer.metadata.name} (${others
        .slice(0, 3)
        .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
        .join(', ')}${others.length > 3 ? ' …' : ''})`
    : null;
}
