import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, sawCondition } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { acmeProblemIn, quote, retryAfterIn } from '../messages.ts';
import { untilText } from '../order/limit.ts';
import type { CertView } from '../view.ts';
import { unreadyIssuer } from './ready.ts';

export const acmeRateLimitedRegistrations: Cause<CertView> = {
  code: 'acme-rate-limited-registrations',
  title: 'Too many ACME accounts were registered from this address',
  severity: 'error',
  owner: 'platform',
  explains: ['issuer-not-ready', 'issuance-backoff'],
  look(view) {
    const unready = unreadyIssuer(view);
    const problem = unready && acmeProblemIn(unready.ready.message);
    if (!unready || problem?.type !== 'rateLimited') return clear();
    const { issuer, ready } = unready;
    const until = retryAfterIn(problem.detail);
    const isOver = until !== undefined && until <= view.sight.now;
    const name = `${issuer.kind.toLowerCase()} ${issuer.metadata.name}${issuer.metadata.namespace ? ` -n ${issuer.metadata.namespace}` : ''}`;
    return found({
      object: refTo(issuer),
      because: `The CA registers no more accounts from this address${until ? `${isOver ? ', which it did not until' : ' until'} ${untilText(until)}` : ''}; cert-manager does not try again by itself after such an answer.`,
      confidence: 'confirmed',
      evidence: [sawCondition(issuer, { ...ready, message: quote(ready.message) })],
      remedies: [
        byHand({
          id: 'register-later',
          title: `${isOver ? 'The wait is over: let' : 'Wait (one comes back every 18 minutes), then let'} cert-manager try again, by any change of the issuer`,
          commands: [`kubectl annotate ${name} orion-setup/registered-again="$(date +%s)" --overwrite`],
        }),
        byHand({
          id: 'keep-the-account-key',
          title: 'And keep the account key: every cluster that is made anew without it registers another account',
          commands: ['kubectl -n cert-manager get secrets'],
        }),
      ],
    });
  },
};
