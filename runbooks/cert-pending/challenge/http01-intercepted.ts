import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { isServed, routeOf } from '../../../src/core/kubernetes/ingress-routing.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { HttpAnswer } from '../../../src/core/look-answers.ts';
import { quote, refusedAuthorizationIn, selfCheckIn } from '../messages.ts';
import { described } from '../outside/described.ts';
import { isOfNginx } from '../outside/of-nginx.ts';
import { type CertView, hasKey, type OutsideAnswer } from '../view.ts';
import { isStanding } from './standing.ts';

/** Annotations of ingress-nginx that answer or rewrite before the solver is reached. */
const suspects = [
  'auth-url',
  'auth-signin',
  'whitelist-source-range',
  'rewrite-target',
  'use-regex',
  'configuration-snippet',
  'server-snippet',
];

export const http01Intercepted: Cause<CertView> = {
  code: 'http01-intercepted',
  title: 'Something else answers the challenge',
  severity: 'error',
  owner: 'platform',
  explains: ['acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    const challenges = view.httpChallenges();
    let right: OutsideAnswer | undefined;
    for (const challenge of challenges) {
      const looks = view.looksAt(challenge);
      const key = looks.find(hasKey);
      right ??= key;
      const other = key ? undefined : looks.find((look) => isIntercepted(view, challenge, look));
      if (!other) continue;
      const reason = textAt(challenge, 'status.reason') ?? '';
      const claims = claimants(view, challenge, other);
      return found({
        object: refTo(claims[0] ?? challenge),
        because: `${textAt(challenge, 'spec.dnsName')} answers the challenge with ${described(other)} instead of its key${claims[0] ? `; Ingress ${claims[0].metadata.name} claims the same host` : ''}.`,
        confidence: textAt(challenge, 'status.state') === 'invalid' ? 'likely' : 'confirmed',
        evidence: [
          {
            from: `GET ${other.url} at ${other.address}`,
            saw: `${described(other)}: ${bodyOf(other)}`,
            wanted: "200 and the challenge's key",
          },
          ...claims.flatMap((ingress) => suspicious(ingress)),
          ...(selfCheckIn(reason)
            ? [{ from: nameOfObject(challenge), path: 'status.reason', saw: quote(reason) }]
            : []),
        ],
        remedies: [
          byHand({
            id: 'let-the-challenge-through',
            title: 'Let /.well-known/acme-challenge/ through what answers now (login, CDN, firewall, maintenance page)',
            commands: [
              `curl -si http://${textAt(challenge, 'spec.dnsName')}/.well-known/acme-challenge/test | head -20`,
              `kubectl get ingress -A | grep ${textAt(challenge, 'spec.dnsName')}`,
            ],
          }),
        ],
      });
    }
    if (right) return clear(`the challenge is answered with the right key at ${right.address}`);
    challenges.forEach(view.mustHaveLookedAt);
    return clear();
  },
};

function isIntercepted(view: CertView, challenge: KubernetesObject, { address, answer }: OutsideAnswer): boolean {
  // A redirect that is not followed is a cause of its own.
  if (answer.outcome === 'failed' || isOfNginx(answer)) return false;
  return isStanding(view, challenge) || (isWhatTheCaSaw(challenge, answer) && view.ownAddresses().includes(address));
}

/** After a refusal the solver is gone. That the CA was given the same status by the same address is then the only proof. */
export function isWhatTheCaSaw(challenge: KubernetesObject, answer: HttpAnswer): boolean {
  if (textAt(challenge, 'status.state') !== 'invalid' || answer.outcome !== 'answered') return false;
  const problem = refusedAuthorizationIn(textAt(challenge, 'status.reason') ?? '');
  const status = /Invalid response from \S+: (\d{3})\b/.exec(problem?.detail ?? '')?.[1];
  return status === String(answer.status);
}

function claimants(view: CertView, challenge: KubernetesObject, { url }: OutsideAnswer): readonly KubernetesObject[] {
  const ingresses = view.sight.tryList(kinds.Ingress, view.namespace);
  if (!ingresses.ok) return [];
  const classes = view.servedClasses();
  const others = ingresses.value.filter((ingress) => !isOwnedBy(ingress, challenge) && isServed(ingress, classes));
  const route = routeOf(others, textAt(challenge, 'spec.dnsName') ?? '', new URL(url).pathname);
  return route ? [route.ingress] : [];
}

function suspicious(ingress: KubernetesObject) {
  const annotations = textMapAt(ingress, 'metadata.annotations');
  return suspects
    .map((name) => `nginx.ingress.kubernetes.io/${name}`)
    .filter((name) => annotations[name] !== undefined)
    .map((name) => ({
      from: nameOfObject(ingress),
      path: `metadata.annotations[${name}]`,
      saw: quote(annotations[name] ?? ''),
    }));
}

const bodyOf = ({ answer }: OutsideAnswer): string =>
  answer.outcome === 'answered' ? quote(answer.body).slice(0, 120) : answer.detail;
