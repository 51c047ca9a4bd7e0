import { textAt } from '../../core/kubernetes/field.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { DnsAnswer, HttpAnswer } from '../../core/look-answers.ts';
import { answerOutside, challengePath } from '../../core/world.ts';
import type { View } from './turn.ts';

/**
 * What Let's Encrypt's validation of a challenge fails with, or undefined where it passes, in boulder's words (va/http.go, va/caa.go,
 * bdns/problem.go). It asks from outside: IPv6 first, and IPv4 only where IPv6 cannot be connected to.
 */
export function authorityFailure(view: View, challenge: KubernetesObject): string | undefined {
  const host = textAt(challenge, 'spec.dnsName') ?? '';
  const dns = dnsOf(view, host);
  const noName = dnsFailure(host, dns);
  if (noName !== undefined) return noName;
  const forbidding = caaForbids(view, host);
  if (forbidding !== undefined) return forbidding;
  const url = `http://${host}${challengePath}${textAt(challenge, 'spec.token') ?? ''}`;
  const addresses = [...dns.aaaa.slice(0, 1), ...dns.a.slice(0, 1)];
  for (const [place, address] of addresses.entries()) {
    const answer = answerOutside({ at: 'http', url, address }, view.objects, view.world);
    if (!answer.ok) continue;
    const isLast = place === addresses.length - 1;
    if (
      answer.value.outcome === 'failed' &&
      ['refused', 'timed-out', 'unreachable'].includes(answer.value.why) &&
      !isLast
    )
      continue;
    return judged(answer.value, address, url, textAt(challenge, 'spec.key') ?? '');
  }
  return connection(addresses[0] ?? '', url, 'Timeout during connect (likely firewall problem)');
}

function dnsOf(view: View, name: string): DnsAnswer {
  const answer = answerOutside({ at: 'dns', name }, view.objects, view.world);
  return answer.ok ? answer.value : { rcode: 'SERVFAIL', a: [], aaaa: [], caa: [], asked: 'system' };
}

function dnsFailure(host: string, { rcode, a, aaaa }: DnsAnswer): string | undefined {
  const problem = (type: string): string => {
    if (rcode === 'TIMEOUT') return `DNS problem: query timed out looking up ${type} for ${host}`;
    const tail =
      rcode === 'NXDOMAIN'
        ? 'check that a DNS record exists for this domain'
        : "the domain's nameservers may be malfunctioning";
    return `DNS problem: ${rcode} looking up ${type} for ${host} - ${tail}`;
  };
  const told = (detail: string): string => `400 urn:ietf:params:acme:error:dns: ${detail}`;
  if (rcode !== 'NOERROR') return told(`${problem('A')}; ${problem('AAAA')}`);
  return a.length + aaaa.length > 0
    ? undefined
    : told(`no valid A records found for ${host}; no valid AAAA records found for ${host}`);
}

/** The closest name upwards that has CAA records decides. */
function caaForbids(view: View, host: string): string | undefined {
  const labels = host.split('.');
  for (let up = 0; up < labels.length; up += 1) {
    const name = labels.slice(up).join('.');
    const { caa } = dnsOf(view, name);
    if (caa.length === 0) continue;
    const issuers = caa.filter((record) => /\bissue\b/.test(record));
    const admits = issuers.length === 0 || issuers.some((record) => record.includes('letsencrypt.org'));
    return admits
      ? undefined
      : `403 urn:ietf:params:acme:error:caa: While processing CAA for ${host}: CAA record for ${name} prevents issuance`;
  }
  return undefined;
}

const connection = (address: string, url: string, detail: string): string =>
  `400 urn:ietf:params:acme:error:connection: ${address}: Fetching ${url}: ${detail}`;

function judged(answer: HttpAnswer, address: string, url: string, key: string): string | undefined {
  if (answer.outcome === 'failed') {
    const words: Readonly<Record<string, string>> = {
      refused: 'Connection refused',
      'timed-out': 'Timeout during connect (likely firewall problem)',
      unreachable: 'Error getting validation data',
      reset: 'Connection reset by peer',
      tls: 'remote error: tls: handshake failure',
    };
    return connection(address, url, words[answer.why] ?? answer.detail);
  }
  if (answer.status !== 200)
    return `403 urn:ietf:params:acme:error:unauthorized: ${address}: Invalid response from ${answer.hops.at(-1) ?? url}: ${answer.status}`;
  if (answer.isKey) return undefined;
  return `403 urn:ietf:params:acme:error:unauthorized: The key authorization file from the server did not match this challenge. Expected "${key}" (got "${answer.body.slice(0, 64)}")`;
}
