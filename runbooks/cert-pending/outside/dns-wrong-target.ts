import { canonical, isPrivate } from '../../../src/core/addresses.ts';
import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { type CertView, hasKey, loadBalancers, type OutsideAnswer } from '../view.ts';
import { described } from './described.ts';

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

    const looks = view
      .httpChallenges()
      .flatMap((challenge) =>
        view.looksAt(challenge).map((look) => ({ ...look, host: textAt(challenge, 'spec.dnsName') })),
      );
    const lookAt = ({ host, address }: { host: string; address: string }) =>
      looks.find((look) => look.host === host && look.address === address);
    const wrong = strays.filter((stray) => {
      const look = lookAt(stray);
      return !(look && (hasKey(look) || isOfContentNetwork(look)));
    });
    const [first] = wrong;
    if (!first) return clear(`${strays[0]?.host} is answered for by something in front of this cluster`);
    const look = lookAt(first);
    if (!look) view.httpChallenges().forEach(view.mustHaveLookedAt);
    // Behind address translation the cluster knows only its private address; then a public one proves nothing by itself.
    const translated = own.every(isPrivate) && !isPrivate(first.address);
    if (translated && (!look || look.answer.outcome === 'failed')) return clear();
    return found({
      object: refTo(certificate),
      because: `${first.host} resolves to ${wrong.map(({ address }) => address).join(', ')}; this cluster's ingress is at ${own.join(', ')}.`,
      confidence: look && !translated && !isByName(view) ? 'confirmed' : 'likely',
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

const isByName = (view: CertView): boolean => loadBalancers(view.sight).some(({ hostname }) => hostname !== undefined);

/** A content network answers for the host from its own addresses, as it should; what it answers is another matter. */
const isOfContentNetwork = ({ answer }: OutsideAnswer): boolean =>
  answer.outcome === 'answered' && /cloudflare|cloudfront|akamai|fastly|imperva|sucuri|azure/i.test(answer.server);
