import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { challengeOf, heard, type Refusal, refusalsOf } from '../ca-answer.ts';
import { isStanding } from '../challenge/standing.ts';
import { quote } from '../messages.ts';
import type { CertView, OutsideAnswer } from '../view.ts';
import { wrongRedirect } from './redirects.ts';

export const redirectBad: Cause<CertView> = {
  code: 'redirect-bad',
  title: 'The challenge is redirected to where the CA does not follow',
  severity: 'error',
  owner: 'platform',
  explains: ['acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const refusals = refusalsOf(view).filter(({ secondary }) => !secondary);
    const refusal = refusals.find(({ problem }) => wrongRedirect(problem.detail));
    if (refusal) return afterRefusal(view, certificate, refusal);
    const seen = refusals.flatMap((one) => seenFromHere(view, one))[0];
    if (seen) return seen;
    for (const challenge of view.httpChallenges().filter((item) => isStanding(view, item))) {
      const looks = view.looksAt(challenge);
      const wrong = looks.find((look) => isWrong(look, false));
      if (wrong) return told(view, challenge, undefined, wrong);
      if (!looks.some(({ answer }) => answer.outcome === 'answered')) view.mustHaveLookedAt(challenge);
    }
    return clear();
  },
};

/** Whoever redirects stands in front of the challenge, so it can still be seen once the solver is gone. */
function afterRefusal(view: CertView, certificate: KubernetesObject, refusal: Refusal): Verdict {
  const challenge = challengeOf(view, refusal);
  if (!challenge) return told(view, certificate, refusal, undefined);
  const wrong = view.looksAt(challenge).find((look) => isWrong(look, true));
  if (wrong) return told(view, challenge, refusal, wrong);
  view.mustHaveLookedAt(challenge);
  return clear('the challenge is not redirected wrongly any more');
}

/** A CA may have other words for what is seen from here. */
function seenFromHere(view: CertView, refusal: Refusal): readonly Verdict[] {
  const challenge = refusal.problem.type === 'connection' ? challengeOf(view, refusal) : undefined;
  if (!challenge) return [];
  const wrong = view.looksAt(challenge).find((look) => isWrong(look, false));
  if (!wrong) view.mustHaveLookedAt(challenge);
  return wrong ? [told(view, challenge, refusal, wrong)] : [];
}

/** TLS that fails behind a redirect is this only where the CA says so: without a certificate yet it is another cause. */
const isWrong = ({ answer }: OutsideAnswer, isSaid: boolean): boolean =>
  answer.outcome === 'failed' && (answer.why === 'bad-redirect' || (isSaid && answer.why === 'tls'));

function told(view: CertView, object: KubernetesObject, refusal: Refusal | undefined, look: OutsideAnswer | undefined) {
  const host = refusal?.host ?? textAt(object, 'spec.dnsName') ?? '';
  const how = look?.answer.outcome === 'failed' ? look.answer.detail : undefined;
  return found({
    object: refTo(object),
    because: how
      ? `${look?.address} ${how}. CAs follow up to ten redirects, to ports 80 and 443 only.`
      : `The CA was redirected ${wrongRedirect(refusal?.problem.detail ?? '')} when it fetched the challenge of ${host}.`,
    confidence: look ? 'confirmed' : 'likely',
    evidence: [
      ...(look && how
        ? [{ from: `GET ${look.url} at ${look.address}`, saw: how, wanted: "200 and the challenge's key" }]
        : []),
      ...(refusal ? [heard(refusal)] : []),
      ...suspects(view),
    ],
    remedies: [
      byHand({
        id: 'correct-the-redirect',
        title: 'Let /.well-known/acme-challenge/ be answered without a redirect, or with one to port 80 or 443',
        risk: 'medium',
        commands: [
          `curl -si -m 10 http://${host}/.well-known/acme-challenge/test | grep -i '^HTTP\\|^location'`,
          `kubectl -n ${view.namespace} get ingresses -o yaml | grep redirect`,
          'kubectl -n ingress-nginx get configmaps -o yaml | grep redirect',
        ],
      }),
    ],
  });
}

/** Annotations of ingress-nginx that redirect. ssl-redirect is none: it leaves challenges out by itself. */
function suspects(view: CertView) {
  const listed = view.sight.tryList(kinds.Ingress, view.namespace);
  if (!listed.ok) return [];
  return listed.value.flatMap((ingress) =>
    ['permanent-redirect', 'temporal-redirect', 'app-root', 'configuration-snippet', 'server-snippet'].flatMap(
      (name) => {
        const key = `nginx.ingress.kubernetes.io/${name}`;
        const value = textMapAt(ingress, 'metadata.annotations')[key];
        return value === undefined
          ? []
          : [{ from: nameOfObject(ingress), path: `metadata.annotations[${key}]`, saw: quote(value) }];
      },
    ),
  );
}
