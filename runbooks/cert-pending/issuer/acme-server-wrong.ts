import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { unreadyIssuer } from './ready.ts';

export const acmeServerWrong: Cause<CertView> = {
  code: 'acme-server-wrong',
  title: 'The issuer names an ACME server that is none',
  severity: 'error',
  owner: 'platform',
  explains: ['issuer-not-ready', 'issuance-backoff'],
  look(view) {
    const unready = unreadyIssuer(view);
    if (!unready) return clear();
    const { issuer, ready } = unready;
    const server = textAt(issuer, 'spec.acme.server');
    const wrong =
      server !== undefined &&
      (ready.reason === 'InvalidURL' ||
        // InvalidConfig is also said of keys and bindings; of a server where it is one of those that spoke ACME before RFC 8555.
        (ready.reason === 'InvalidConfig' && /^https:\/\/acme-(?:v01|staging)\.api\.letsencrypt\.org\//.test(server)) ||
        // No URL of the web.
        !/^https?:\/\/[^/\s]/.test(server) ||
        // A page instead of a directory. 401, 403 and 407 are what a proxy on the way says.
        ['404', '405', '410'].includes(
          /Failed to register ACME account: (?:the ACME server returned an HTTP )?(\d{3})\b(?! urn:)/.exec(
            ready.message,
          )?.[1] ?? '',
        ));
    if (!wrong) return clear();
    return found({
      object: refTo(issuer),
      because: `${server} is not the directory of an ACME server (RFC 8555).`,
      confidence: 'confirmed',
      evidence: [
        sawCondition(issuer, { ...ready, message: quote(ready.message) }),
        saw(issuer, 'spec.acme.server', 'the directory URL of an ACME server'),
      ],
      remedies: [
        byHand({
          id: 'correct-the-server',
          title: 'Name the right directory; the account is registered anew there',
          risk: 'medium',
          commands: [
            `kubectl patch ${issuer.kind.toLowerCase()} ${issuer.metadata.name}${issuer.metadata.namespace ? ` -n ${issuer.metadata.namespace}` : ''} --type merge -p '{"spec":{"acme":{"server":"${suggested(issuer.metadata.name)}"}}}'`,
          ],
        }),
      ],
    });
  },
};

const suggested = (name: string): string =>
  !/letsencrypt|^le-/i.test(name)
    ? 'https://THE-DIRECTORY-OF-YOUR-CA'
    : /stag/i.test(name)
      ? 'https://acme-staging-v02.api.letsencrypt.org/directory'
      : 'https://acme-v02.api.letsencrypt.org/directory';
