import { isPrivate } from '../../../src/core/addresses.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { byHand } from '../remedies.ts';
import type { CertView, OutsideAnswer } from '../view.ts';
import { described } from './described.ts';

export const dnsWrongTarget: Cause<CertView> = {
  code: 'dns-wrong-target',
  title: 'The host name points at something other than this cluster',
  severity: 'error',
  owner: 'dns',
  explains: ['port80-blocked', 'http01-intercepted', 'acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    const hosts = view.doubtfulHosts();
    if (!certificate || hosts.length === 0) return clear();
    const own = view.ownAddresses();
    if (own.length === 0) return clear();
    const strays = hosts.flatMap((host) => {
      const answer = view.dns(host);
      // A wrong AAAA beside a right A is a fault of its own: CAs prefer IPv6, this cluster's self-check may not.
      return answer.a.filter((address) => !own.includes(address)).map((address) => ({ host, address }));
    });
    if (strays.length === 0) return clear(`DNS answers with this cluster's own addresses (${own.join(', ')})`);

    const looks = view
      .openChallenges()
      .flatMap((challenge) =>
        view.looksAt(challenge).map((look) => ({ ...look, host: textAt(challenge, 'spec.dnsName') })),
      );
    const lookAt = ({ host, address }: { host: string; address: string }) =>
      looks.find((look) => look.host === host && look.address === address);
    const wrong = strays.filter((stray) => !hasKey(lookAt(stray)));
    const [first] = wrong;
    if (!first) return clear('the challenge is answered with the right key at the address that DNS gives');
    // Behind address translation the cluster knows only its private address; then a public one proves nothing by itself.
    const translated = own.every(isPrivate) && !isPrivate(first.address);
    const look = lookAt(first);
    if (translated && (!look || look.answer.outcome === 'failed')) return clear();
    return found({
      object: refTo(certificate),
      because: `${first.host} resolves to ${wrong.map(({ address }) => address).join(', ')}; this cluster's ingress is at ${own.join(', ')}.`,
      confidence: look && !translated ? 'confirmed' : 'likely',
      evidence: [
        ...wrong.map(({ host, address }) => ({
          from: `DNS ${host}`,
          path: 'A',
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

const hasKey = (look: OutsideAnswer | undefined): boolean => look?.answer.outcome === 'answered' && look.answer.isKey;
