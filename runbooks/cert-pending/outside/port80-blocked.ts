import { canonical, isPrivate, withPort } from '../../../src/core/addresses.ts';
import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { listAt, numberAt, textAt, textsAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { quote } from '../messages.ts';
import { addressesIn, type CertView, ingressNamespace } from '../view.ts';

export const port80Blocked: Cause<CertView> = {
  code: 'port80-blocked',
  title: 'Port 80 does not answer',
  severity: 'error',
  owner: 'network',
  explains: ['acme-rate-limited-failed-authz', 'issuance-backoff', 'secondary-validation-blocked'],
  look(view) {
    const { certificate } = view;
    if (!certificate) return clear();
    const hosts = view.doubtfulHosts();
    if (hosts.length === 0) return clear();
    const own = view.ownAddresses();
    // Where the cluster knows no address, or behind translation only its private one, all that DNS gives may be its own.
    const known = own.some((address) => !isPrivate(address));
    const addresses = [...new Set(hosts.flatMap((host) => addressesIn(view.dns(host))))].filter(
      (address) => !known || own.some((item) => canonical(item) === canonical(address)),
    );
    if (addresses.length === 0) return clear();
    const looks = addresses.map((address) => ({ address, answer: view.sight.tcp(address, 80) }));
    const closed = looks.filter(({ answer }) => answer === 'refused' || answer === 'timed-out');
    const [first] = closed;
    if (!first) {
      const open = looks.filter(({ answer }) => answer === 'open').map(({ address }) => address);
      // No route from here, as with IPv6 on many machines, says nothing about the port.
      if (open.length === 0)
        return { verdict: 'unknown', what: `tcp ${addresses[0]} 80`, because: 'there is no route to it from here' };
      return clear(`port 80 of ${open.join(', ')} is open from here`);
    }
    const challenge = view.httpChallenges()[0];
    const reason = challenge && textAt(challenge, 'status.reason');
    return found({
      object: refTo(challenge ?? certificate),
      because:
        first.answer === 'refused'
          ? `${first.address} refuses connections on port 80: nothing listens there. HTTP-01 is only ever checked on port 80.`
          : `${first.address} does not answer on port 80: it is filtered on the way. HTTP-01 is only ever checked on port 80.`,
      confidence: known ? 'confirmed' : 'likely',
      evidence: [
        ...closed.map(({ address, answer }) => ({
          from: `TCP ${withPort(address, 80)} from here`,
          saw: answer,
          wanted: 'open',
        })),
        ...(challenge && reason ? [{ from: nameOfObject(challenge), path: 'status.reason', saw: quote(reason) }] : []),
        ...serviceEvidence(view),
      ],
      remedies: [
        byHand({
          id: 'open-port-80',
          title: 'Have port 80 opened to the whole internet; CAs publish no addresses',
          commands: [
            `kubectl -n ${ingressNamespace} get services -o wide`,
            `curl -v -m 10 http://${hosts[0]}/.well-known/acme-challenge/test`,
          ],
        }),
      ],
    });
  },
};

/** What the controller's own Service says about it, where it may be read. */
function serviceEvidence(view: CertView) {
  const services = view.sight.tryList(kinds.Service, ingressNamespace);
  if (!services.ok) return [];
  return services.value
    .filter((service) => textAt(service, 'spec.type') === 'LoadBalancer')
    .flatMap((service) => [
      ...(listAt(service, 'spec.ports').some((port) => numberAt(port, 'port') === 80)
        ? []
        : [saw(service, 'spec.ports', 'port 80')]),
      ...(textsAt(service, 'spec.loadBalancerSourceRanges').length > 0
        ? [saw(service, 'spec.loadBalancerSourceRanges', 'absent: open to all')]
        : []),
    ]);
}
