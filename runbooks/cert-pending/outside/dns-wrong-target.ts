import { canonical, isPrivate } from '../../../src/core/addresses.ts';
import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { isServed } from '../../../src/core/kubernetes/ingress-routing.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { isWhatTheCaSaw } from '../challenge/http01-intercepted.ts';
import { isStanding, isYoung } from '../challenge/standing.ts';
import { type CertView, hasKey, loadBalancers, type OutsideAnswer } from '../view.ts';
import { described } from './described.ts';
import { isOfNginx } from './of-nginx.ts';

export const dnsWrongTarget: Cause<CertView> = {
  code: 'dns-wrong-target',
  title: 'The host name points at something other than this cluster',
  severity: 'error',
  owner: 'dns',
  explains: [
    'port80-blocked',
    'http01-intercepted',
    'identifier-rejected',
    'acme-rate-limited-failed-authz',
    'issuance-backoff',
  ],
  look(view) {
    const { certificate } = view;
    const hosts = view.doubtfulHosts();
    if (!certificate || hosts.length === 0) return clear();
    const own = view.ownAddresses();
    if (own.length === 0) return clear();
    const isOwn = (address: string) => own.some((item) => canonical(item) === canonical(address));
    const strays = hosts.flatMap((host) => {
      const answer = view.dns(host);
      // A wrong AAAA beside a right A is a fault of its own: CAs prefer IPv6, this cluster's self-check may not.
      const addresses = answer.a.length > 0 ? answer.a : answer.aaaa;
      // The names of cloud load balancers answer with a few of many addresses, and not always the same.
      if (isByName(view) && addresses.some(isOwn)) return [];
      return addresses.filter((address) => !isOwn(address)).map((address) => ({ host, address }));
    });
    if (strays.length === 0) return clear(`DNS answers with this cluster's own addresses (${own.join(', ')})`);

    const looks = looksOf(view);
    const lookAt = ({ host, address }: Stray) => looks.find((look) => look.host === host && look.address === address);
    // Behind address translation the cluster knows only its private address; then a public one proves nothing by itself.
    const isTranslated = ({ address }: Stray) => own.every(isPrivate) && !isPrivate(address);
    const wrong = strays.filter((stray) => {
      const look = lookAt(stray);
      if (!look) return true;
      if (hasKey(look) || isOfContentNetwork(look)) return false;
      return isTranslated(stray) ? isNotThisCluster(view, look) : !mayBeOfThisCluster(view, look);
    });
    const [first] = wrong;
    if (!first) return clear(answeredFor(strays, looks));
    const look = lookAt(first);
    if (!look) view.httpChallenges().forEach(view.mustHaveLookedAt);
    if (!look && isTranslated(first)) return clear();
    return found({
      object: refTo(certificate),
      because: `${first.host} resolves to ${wrong.map(({ address }) => address).join(', ')}; this cluster's ingress is at ${own.join(', ')}.`,
      confidence: look && !isTranslated(first) && !isByName(view) ? 'confirmed' : 'likely',
      evidence: [
        ...wrong.map(({ host, address }) => ({
          from: `DNS ${host}`,
          path: address.includes(':') ? 'AAAA' : 'A',
          saw: address,
          wanted: own.join(' or '),
        })),
        ...(look
          ? [
              {
                from: `GET ${look.url} at ${look.address}`,
                saw: described(look),
                wanted: "200 and the challenge's key",
              },
            ]
          : []),
      ],
      remedies: [
        byHand({
          id: 'correct-dns-record',
          title: 'Have the record corrected; cert-manager goes on by itself once it is seen',
          commands: own.map((address) => `${first.host}.  ${address.includes(':') ? 'AAAA' : 'A'}  ${address}`),
        }),
      ],
    });
  },
};

type Stray = { readonly host: string; readonly address: string };
type Look = OutsideAnswer & { readonly challenge: KubernetesObject; readonly host: string | undefined };

const looksOf = (view: CertView): readonly Look[] =>
  view
    .httpChallenges()
    .flatMap((challenge) =>
      view.looksAt(challenge).map((look) => ({ ...look, challenge, host: textAt(challenge, 'spec.dnsName') })),
    );

/**
 * Whether a public address is another's, though the cluster knows only a private one of its own. What does not answer may be its own;
 * and behind its own the solver's pod starts (a gateway's error), the controller learns of its Ingress or has none to serve (a 404).
 */
function isNotThisCluster(view: CertView, { challenge, answer }: Look): boolean {
  if (answer.outcome === 'failed' || [502, 503, 504].includes(answer.status)) return false;
  if (!isOfNginx(answer)) return isStanding(view, challenge) || isWhatTheCaSaw(challenge, answer);
  return isStanding(view, challenge) && isServedHere(view, challenge);
}

function isServedHere(view: CertView, challenge: KubernetesObject): boolean {
  const classes = view.servedClasses();
  return view.sight
    .list(kinds.Ingress, view.namespace)
    .some((ingress) => isOwnedBy(ingress, challenge) && isServed(ingress, classes));
}

/** Something of the cluster's that passes everything on may stand at an address of its own: what is behind it gets its time too. */
const mayBeOfThisCluster = (view: CertView, { challenge, answer }: Look): boolean =>
  isOfNginx(answer) && isYoung(view, challenge);

function answeredFor(strays: readonly Stray[], looks: readonly Look[]): string | undefined {
  const front = looks.find(
    (look) =>
      (hasKey(look) || isOfContentNetwork(look)) &&
      strays.some(({ host, address }) => look.host === host && look.address === address),
  );
  return front && `${front.host} is answered for by something in front of this cluster`;
}

const isByName = (view: CertView): boolean => loadBalancers(view.sight).some(({ hostname }) => hostname !== undefined);

/** A content network answers for the host from its own addresses, as it should; what it answers is another matter. */
const isOfContentNetwork = ({ answer }: OutsideAnswer): boolean =>
  answer.outcome === 'answered' && /cloudflare|cloudfront|akamai|fastly|imperva|sucuri|azure/i.test(answer.server);
