import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { acmeProblemIn, quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { unreadyIssuer } from './ready.ts';

/** invalidEmail is the name it had before RFC 8555; boulder and older servers still differ. */
const types = ['invalidContact', 'unsupportedContact', 'invalidEmail'];

export const acmeContactInvalid: Cause<CertView> = {
  code: 'acme-contact-invalid',
  title: 'The ACME server refuses the e-mail address',
  severity: 'error',
  owner: 'operator',
  explains: ['issuer-not-ready', 'issuance-backoff'],
  look(view) {
    const unready = unreadyIssuer(view);
    if (!unready) return clear();
    const { issuer, ready } = unready;
    const problem = acmeProblemIn(ready.message);
    if (!problem || !types.includes(problem.type)) return clear();
    return found({
      object: refTo(issuer),
      because: `The ACME server takes no account for this e-mail address: ${quote(problem.detail)}`,
      confidence: 'confirmed',
      evidence: [
        sawCondition(issuer, { ...ready, message: quote(ready.message) }),
        saw(issuer, 'spec.acme.email', 'an address people read, or none'),
      ],
      remedies: [
        byHand({
          id: 'correct-the-email',
          title: 'Give an address that exists, or none; cert-manager does not try again before it changes',
          risk: 'low',
          commands: [
            `kubectl patch ${issuer.kind.toLowerCase()} ${issuer.metadata.name}${issuer.metadata.namespace ? ` -n ${issuer.metadata.namespace}` : ''} --type merge -p '{"spec":{"acme":{"email":"YOU@YOUR-DOMAIN"}}}'`,
          ],
        }),
      ],
    });
  },
};
