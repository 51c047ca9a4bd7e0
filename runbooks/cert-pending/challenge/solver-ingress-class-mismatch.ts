import type { Cause, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { classOf, isServed, legacyClassAnnotation } from '../../../src/core/kubernetes/ingress-routing.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { quote, selfCheckIn } from '../messages.ts';
import { described } from '../outside/described.ts';
import { type CertView, hasKey, type OutsideAnswer } from '../view.ts';
import { isOutlived } from './outlived.ts';
import { towardsServedClass } from './towards-served-class.ts';

export const solverIngressClassMismatch: Cause<CertView> = {
  code: 'solver-ingress-class-mismatch',
  title: "No ingress controller serves the challenge's Ingress",
  severity: 'error',
  owner: 'platform',
  explains: ['http01-intercepted', 'acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    let served: string | undefined;
    for (const challenge of view.httpChallenges().filter((item) => !isOutlived(view, item))) {
      if (isBothWays(challenge)) return twice(view, challenge);
      const ingress = view.sight.list(kinds.Ingress, view.namespace).find((item) => isOwnedBy(item, challenge));
      if (!ingress) continue;
      const named = classOf(ingress);
      const classes = view.sight.list(kinds.IngressClass);
      // A class of another controller may well be served by it; that is not ours to judge.
      if (isServed(ingress, view.servedClasses()) || classes.some(({ metadata }) => metadata.name === named?.name)) {
        served = named?.name;
        continue;
      }
      // Controllers can be told to serve what has no IngressClass; then the key is seen.
      const looks = view.looksAt(challenge);
      if (looks.some(hasKey)) continue;
      if (selfCheckIn(textAt(challenge, 'status.reason') ?? '')?.failed !== 'status') view.mustHaveLookedAt(challenge);
      return unserved(view, challenge, ingress, looks[0]);
    }
    return clear(served && `an ingress controller serves class "${served}"`);
  },
};

function unserved(
  view: CertView,
  challenge: KubernetesObject,
  ingress: KubernetesObject,
  look: OutsideAnswer | undefined,
): Found {
  const named = classOf(ingress);
  const served = view.servedClasses();
  const reason = textAt(challenge, 'status.reason') ?? '';
  return found({
    object: refTo(ingress),
    because: named
      ? `The challenge's Ingress asks for class "${named.name}", and there is no such IngressClass. ${served.length > 0 ? `ingress-nginx serves ${served.map((name) => `"${name}"`).join(', ')}.` : ''}`.trim()
      : `The challenge's Ingress names no class, and ingress-nginx serves none without.`,
    confidence: look || named?.by === 'spec.ingressClassName' ? 'confirmed' : 'likely',
    evidence: [
      saw(
        ingress,
        'spec.ingressClassName',
        served.length > 0 ? served.join(' or ') : 'a class that a controller serves',
      ),
      ...(named?.by === 'annotation'
        ? [{ from: nameOfObject(ingress), path: `metadata.annotations[${legacyClassAnnotation}]`, saw: named.name }]
        : []),
      ...(look
        ? [{ from: `GET ${look.url} at ${look.address}`, saw: described(look), wanted: "200 and the challenge's key" }]
        : []),
      ...(reason ? [{ from: nameOfObject(challenge), path: 'status.reason', saw: quote(reason) }] : []),
    ],
    remedies: towardsServedClass(view, challenge),
  });
}

/** cert-manager makes no Ingress at all from a solver that names its class by both fields (seen). */
const isBothWays = (challenge: KubernetesObject): boolean =>
  ['class', 'ingressClassName'].every((field) => textAt(challenge, `spec.solver.http01.ingress.${field}`));

const twice = (view: CertView, challenge: KubernetesObject): Found =>
  found({
    object: refTo(challenge),
    because: `The solver names its ingress class twice, as class and as ingressClassName, so cert-manager makes no Ingress for the challenge.`,
    confidence: 'confirmed',
    evidence: [saw(challenge, 'spec.solver.http01.ingress', 'ingressClassName alone'), saw(challenge, 'status.reason')],
    remedies: towardsServedClass(view, challenge),
  });
