import { canonical, familyOf } from '../../../src/core/addresses.ts';
import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { challengeOf, heard, type Refusal, refusalsOf } from '../ca-answer.ts';
import { type CertView, hasKey, type OutsideAnswer } from '../view.ts';
import { described } from './described.ts';
import { isOfRedirect } from './redirects.ts';

const reload = 90_000;

/**
 * CAs prefer IPv6, and go to IPv4 only where IPv6 cannot be connected to, not where it answers something else (boulder, va/http.go).
 * cert-manager's own look may well go by IPv4 and pass.
 */
export const staleAaaa: Cause<CertView> = {
  code: 'stale-aaaa',
  title: 'The AAAA record leads to another machine than the A record',
  severity: 'error',
  owner: 'dns',
  explains: ['acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const stray = [...refusalsOf(view).flatMap((item) => refusedAt(view, item)), ...answeredBy(view)][0];
    if (!stray) return clear();
    const { host, address, object, look, refusal } = stray;
    return found({
      object: refTo(object ?? certificate),
      because: `${host} has an A record that leads here, but CAs go to its AAAA record ${address} first, where something else answers.`,
      confidence: 'confirmed',
      evidence: [
        { from: `DNS ${host}`, path: 'AAAA', saw: address, wanted: ownV6(view) },
        ...(look
          ? [{ from: `GET ${look.url} at ${address}`, saw: described(look), wanted: "200 and the challenge's key" }]
          : []),
        ...(refusal ? [heard(refusal)] : []),
      ],
      remedies: [
        byHand({
          id: 'remove-the-aaaa-record',
          title: 'Have the AAAA record taken away, or pointed at this cluster by IPv6',
          commands: [`dig +short AAAA ${host}`, `curl -6 -si -m 10 http://${host}/.well-known/acme-challenge/test`],
        }),
      ],
    });
  },
};

type Stray = {
  readonly host: string;
  readonly address: string;
  readonly object: KubernetesObject | undefined;
  readonly look: OutsideAnswer | undefined;
  readonly refusal?: Refusal;
};

/** The CA named an IPv6 address that is still in DNS beside an A record, and is not this cluster's. */
function refusedAt(view: CertView, refusal: Refusal): readonly Stray[] {
  const { host, address, problem, secondary } = refusal;
  if (!address || familyOf(address) !== 6 || secondary || isOfRedirect(problem.detail)) return [];
  if (!['unauthorized', 'connection', 'tls'].includes(problem.type)) return [];
  const { a, aaaa } = view.dns(host);
  if (a.length === 0 || !has(aaaa, address) || has(view.ownAddresses(), address)) return [];
  const object = challengeOf(view, refusal);
  const looks = object ? view.looksAt(object) : [];
  const look = looks.find((item) => canonical(item.address) === canonical(address));
  const other = looks.find((item) => familyOf(item.address) === 4);
  // The same answer by both ways is given by the same thing.
  return look && other && isSame(look, other) ? [] : [{ host, address, object, look, refusal }];
}

/** While the challenge stands: right by IPv4, something else by IPv6. */
function answeredBy(view: CertView): readonly Stray[] {
  return view
    .httpChallenges()
    .filter((challenge) => textAt(challenge, 'status.state') !== 'invalid')
    .flatMap((challenge) => {
      const host = textAt(challenge, 'spec.dnsName') ?? '';
      const { a, aaaa } = view.dns(host);
      if (a.length === 0 || aaaa.length === 0) return [];
      const looks = view.looksAt(challenge);
      const right = looks.find((look) => familyOf(look.address) === 4 && hasKey(look));
      const wrong = looks.find(
        (look) => familyOf(look.address) === 6 && look.answer.outcome === 'answered' && !look.answer.isKey,
      );
      if (right && wrong && !mayBeReloading(view, challenge, right, wrong) && !has(view.ownAddresses(), wrong.address))
        return [{ host, address: wrong.address, object: challenge, look: wrong }];
      view.mustHaveLookedAt(challenge);
      return [];
    });
}

/** Of two ingress controllers behind one name the second may learn of a new Ingress a minute after the first. */
function mayBeReloading(
  { sight }: CertView,
  challenge: KubernetesObject,
  { answer: right }: OutsideAnswer,
  { answer: wrong }: OutsideAnswer,
): boolean {
  const since = timeAt(challenge, 'status.presentedAt') ?? timeAt(challenge, 'metadata.creationTimestamp');
  const isYoung = since !== undefined && sight.now.getTime() - since.getTime() < reload;
  return isYoung && right.outcome === 'answered' && wrong.outcome === 'answered' && right.server === wrong.server;
}

const has = (addresses: readonly string[], address: string): boolean =>
  addresses.some((item) => canonical(item) === canonical(address));

function isSame({ answer: one }: OutsideAnswer, { answer: other }: OutsideAnswer): boolean {
  if (one.outcome !== 'answered' || other.outcome !== 'answered') return false;
  return one.status === other.status && one.server === other.server && one.body === other.body;
}

function ownV6(view: CertView): string {
  const own = view.ownAddresses().filter((address) => familyOf(address) === 6);
  return own.length > 0 ? own.join(' or ') : 'no AAAA: this cluster has no IPv6 address';
}
