import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { at, listAt, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { classOf, isServed } from '../../../src/core/kubernetes/ingress-routing.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { issuerRefOf } from '../chain.ts';
import { quote } from '../messages.ts';
import { patchOf } from '../remedies.ts';
import type { CertView } from '../view.ts';

export const solverIngressClassMismatch: Cause<CertView> = {
  code: 'solver-ingress-class-mismatch',
  title: "No ingress controller serves the challenge's Ingress",
  severity: 'error',
  owner: 'platform',
  explains: ['http01-intercepted', 'acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    for (const challenge of view.openChallenges()) {
      if (at(challenge, 'spec.solver.http01.ingress') === undefined) continue;
      const ingress = view.sight.list(kinds.Ingress, view.namespace).find((item) => isOwnedBy(item, challenge));
      if (!ingress) continue;
      const named = classOf(ingress);
      const served = view.servedClasses();
      const classes = view.sight.list(kinds.IngressClass);
      // A class of another controller may well be served by it; that is not ours to judge.
      if (isServed(ingress, served) || (named && classes.some(({ metadata }) => metadata.name === named.name))) {
        return clear(`an ingress controller serves class "${named?.name}"`);
      }
      const reason = textAt(challenge, 'status.reason') ?? '';
      return found({
        object: refTo(ingress),
        because: named
          ? `The challenge's Ingress asks for class "${named.name}", and there is no such IngressClass. ${served.length > 0 ? `ingress-nginx serves ${served.map((name) => `"${name}"`).join(', ')}.` : ''}`.trim()
          : `The challenge's Ingress names no class and no IngressClass is the default, so no controller serves it.`,
        confidence: 'confirmed',
        evidence: [
          saw(
            ingress,
            'spec.ingressClassName',
            served.length > 0 ? served.join(' or ') : 'a class that a controller serves',
          ),
          ...(named?.by === 'annotation'
            ? [
                {
                  from: nameOfObject(ingress),
                  path: 'metadata.annotations[kubernetes.io/ingress.class]',
                  saw: named.name,
                },
              ]
            : []),
          ...(reason ? [{ from: nameOfObject(challenge), path: 'status.reason', saw: quote(reason) }] : []),
        ],
        remedies: remediesFor(view, challenge),
      });
    }
    return clear();
  },
};

/**
 * Correct the solver that the Challenge was made from. cert-manager 1.21 replaces the Challenge by itself within seconds (seen), so
 * nothing is deleted.
 */
function remediesFor(view: CertView, challenge: KubernetesObject): readonly Remedy[] {
  const issuer = view.issuer();
  const wanted = wantedClass(view);
  const place = issuer ? placeOf(issuer, challenge) : -1;
  if (!issuer || !wanted || place < 0) return [];
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

/** Which of the issuer's solvers made this Challenge: the Challenge holds a copy of it without its selector. */
function placeOf(issuer: KubernetesObject, challenge: KubernetesObject): number {
  const copy = JSON.stringify(at(challenge, 'spec.solver.http01'));
  return listAt(issuer, 'spec.acme.solvers').findIndex((solver) => JSON.stringify(at(solver, 'http01')) === copy);
}

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
