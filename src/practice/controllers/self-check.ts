import { textAt } from '../../core/kubernetes/field.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { answerOutside, challengePath } from '../../core/world.ts';
import type { View } from './turn.ts';

/** The cluster's own resolver, as its errors name it. */
const resolver = '10.96.0.10:53';

/**
 * What cert-manager's own look at a challenge fails with, or undefined where it passes (pkg/issuer/acme/http/http.go; the errors
 * inside are those of Go's net/http).
 */
export function selfCheckFailure(view: View, challenge: KubernetesObject): string | undefined {
  const host = textAt(challenge, 'spec.dnsName') ?? '';
  const url = `http://${host}${challengePath}${textAt(challenge, 'spec.token') ?? ''}`;
  const failed = (error: string): string => `failed to perform self check GET request '${url}': Get "${url}": ${error}`;

  const dns = answerOutside({ at: 'dns', name: host }, view.objects, view.world);
  if (!dns.ok) return failed(`dial tcp: lookup ${host} on ${resolver}: server misbehaving`);
  if (dns.value.rcode === 'TIMEOUT')
    return failed(`dial tcp: lookup ${host} on ${resolver}: read udp 10.244.0.2:41234->${resolver}: i/o timeout`);
  if (dns.value.rcode !== 'NOERROR' && dns.value.rcode !== 'NXDOMAIN')
    return failed(`dial tcp: lookup ${host} on ${resolver}: server misbehaving`);
  const address = dns.value.a[0] ?? dns.value.aaaa[0];
  if (dns.value.rcode === 'NXDOMAIN' || address === undefined)
    return failed(`dial tcp: lookup ${host} on ${resolver}: no such host`);

  // The way from inside to the cluster's own address may differ from the one outside.
  const world = { ...view.world, ports: { ...view.world.ports, ...view.world.inside } };
  const answer = answerOutside({ at: 'http', url, address }, view.objects, world);
  if (!answer.ok) return failed('context deadline exceeded (Client.Timeout exceeded while awaiting headers)');
  const got = answer.value;
  if (got.outcome === 'failed') return failed(dialError(got.why, address, got.detail));
  if (got.status !== 200) return `wrong status code '${got.status}', expected '200'`;
  return got.isKey
    ? undefined
    : `did not get expected response "${textAt(challenge, 'spec.key') ?? ''}" when querying endpoint`;
}

function dialError(why: string, address: string, detail: string): string {
  const place = address.includes(':') ? `[${address}]:80` : `${address}:80`;
  switch (why) {
    case 'refused':
      return `dial tcp ${place}: connect: connection refused`;
    case 'timed-out':
      return `dial tcp ${place}: i/o timeout`;
    case 'unreachable':
      return `dial tcp ${place}: connect: no route to host`;
    case 'reset':
      return `read tcp 10.244.0.2:41234->${place}: read: connection reset by peer`;
    case 'tls':
      return 'remote error: tls: handshake failure';
    default:
      return detail;
  }
}
