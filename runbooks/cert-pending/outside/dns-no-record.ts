import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { CouldNotLook } from '../../../src/core/sight.ts';
import { quote } from '../messages.ts';
import { addressesIn, type CertView } from '../view.ts';

export const dnsNoRecord: Cause<CertView> = {
  code: 'dns-no-record',
  title: 'The host name has no address',
  severity: 'error',
  owner: 'dns',
  explains: [
    'acme-rate-limited-failed-authz',
    'issuance-backoff',
    'http01-intercepted',
    'port80-blocked',
    'dns-wrong-target',
  ],
  look(view) {
    const { certificate } = view;
    const hosts = view.doubtfulHosts();
    if (!certificate || hosts.length === 0) return clear();
    const answers = hosts.map((host) => ({ host, answer: view.dns(host) }));
    const missing = answers.filter(
      ({ answer }) => ['NXDOMAIN', 'NOERROR'].includes(answer.rcode) && addressesIn(answer).length === 0,
    );
    const [first] = missing;
    if (!first) {
      return answers.every(({ answer }) => answer.rcode === 'NOERROR')
        ? clear(
            `${hosts.join(', ')} resolves to ${answers.flatMap(({ answer }) => addressesIn(answer)).join(', ')} from here`,
          )
        : clear();
    }
    const challenge = view.httpChallenges().find((item) => textAt(item, 'spec.dnsName') === first.host);
    const reason = challenge && textAt(challenge, 'status.reason');
    const own = ownIfSeen(view);
    return found({
      object: refTo(challenge ?? certificate),
      because: `${missing.map(({ host }) => host).join(', ')} has no A or AAAA record${first.answer.rcode === 'NXDOMAIN' ? ' (the name does not exist)' : ''}.`,
      confidence: 'confirmed',
      evidence: [
        ...missing.map(({ host, answer }) => ({
          from: `DNS ${host}`,
          saw: `${answer.rcode}, no A, no AAAA (asked ${answer.asked})`,
          wanted: own.length > 0 ? `A or AAAA ${own.join(', ')}` : 'the address of the load balancer',
        })),
        ...(challenge && reason ? [{ from: nameOfObject(challenge), path: 'status.reason', saw: quote(reason) }] : []),
      ],
      remedies: [
        byHand({
          id: 'create-dns-record',
          title: 'Have the record made; cert-manager goes on by itself once it is seen',
          commands: missing.flatMap(({ host }) =>
            (own.length > 0 ? own : ['ADDRESS-OF-THE-LOAD-BALANCER']).map(
              (address) => `${host}.  ${address.includes(':') ? 'AAAA' : 'A'}  ${address}`,
            ),
          ),
        }),
      ],
    });
  },
};

/** Only for the advice: that the record is missing is proven without. */
function ownIfSeen(view: CertView): readonly string[] {
  try {
    return view.ownAddresses();
  } catch (error) {
    if (error instanceof CouldNotLook) return [];
    throw error;
  }
}
