import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { acmeProblemIn, pageStatusIn, quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { unreadyIssuer } from './ready.ts';

/** An error of Go's at a request over HTTP, whatever it is: no answer came (net/url, Error). */
const noAnswer = /(?:Get|Post) "https?:[^"]*": /;

/** Go's network errors, as cert-manager quotes them: what keeps its pod from the directory. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /x509:|tls: failed to verify/,
    'its certificate is not trusted by cert-manager (an intercepting proxy, or caBundle is wrong)',
  ],
  [/no such host|server misbehaving/, 'its name is not resolved inside the cluster'],
  [/connection refused/, 'the connection is refused'],
  [
    /i\/o timeout|deadline exceeded|Client\.Timeout|TLS handshake timeout/,
    'it does not answer cert-manager in time (egress policy, firewall, proxy)',
  ],
  [/network is unreachable|connection reset|: EOF/, 'the connection breaks on the way'],
];

export const acmeUnreachable: Cause<CertView> = {
  code: 'acme-unreachable',
  title: 'cert-manager cannot reach the ACME server',
  severity: 'error',
  owner: 'network',
  explains: ['issuer-not-ready', 'issuance-backoff'],
  look(view) {
    const unready = unreadyIssuer(view);
    if (!unready) return clear();
    const { issuer, ready } = unready;
    const server = textAt(issuer, 'spec.acme.server');
    const why =
      reasons.find(([text]) => text.test(ready.message))?.[1] ??
      (noAnswer.test(ready.message) ? 'no answer comes' : undefined);
    if (!server || !why) return clear();
    // A server that answered, whatever it said, was reached.
    if (acmeProblemIn(ready.message) || pageStatusIn(ready.message) !== undefined)
      return clear('the ACME server answered');
    return found({
      object: refTo(issuer),
      because: `cert-manager cannot register with ${server}: ${why}.`,
      confidence: 'confirmed',
      evidence: [sawCondition(issuer, { ...ready, message: quote(ready.message) }), saw(issuer, 'spec.acme.server')],
      remedies: [
        byHand({
          id: 'open-the-way',
          title: 'Let cert-manager reach the ACME server on port 443; it tries again by itself',
          commands: [
            `kubectl describe ${issuer.kind.toLowerCase()} ${issuer.metadata.name}`,
            'kubectl -n cert-manager get networkpolicies',
            `kubectl -n cert-manager run reach --rm -it --restart=Never --image=curlimages/curl -- -sS -m 10 -o /dev/null -w '%{http_code}\\n' ${server}`,
          ],
        }),
      ],
    });
  },
};
