import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { canaries } from '../canary.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { rateLimitIn } from './rate-limit.ts';

/** A second fault by nature: something else failed five times within the hour. A root only where that cannot be seen any more. */
export const acmeRateLimitedFailedAuthz: Cause<CertView> = {
  code: 'acme-rate-limited-failed-authz',
  title: 'The CA takes no more tries after too many failed ones',
  severity: 'error',
  owner: 'operator',
  explains: ['issuance-backoff'],
  look(view) {
    if (!view.certificate || !view.unfinished) return clear();
    const limit = rateLimitIn(view);
    if (!limit || !/too many failed authorizations/.test(limit.problem.detail)) return clear();
    const { until } = limit;
    if (until && until <= view.sight.now) return clear(`the CA's wait ended at ${until.toISOString()}`);
    return found({
      object: refTo(limit.object),
      because: `Five validations failed within an hour, so the CA refuses new ones${until ? ` until ${until.toISOString().slice(0, 16).replace('T', ' ')} UTC` : ''}. cert-manager's own next try may come too early and fail again.`,
      confidence: 'confirmed',
      evidence: [
        {
          from: nameOfObject(limit.object),
          path: limit.path,
          saw: quote(`${limit.problem.status} ${limit.problem.type}: ${limit.problem.detail}`),
        },
      ],
      remedies: [
        byHand({
          id: 'wait-it-out',
          title:
            'Mend what failed, then wait; one try comes back every 12 minutes. Prove the mend with the test CA meanwhile',
          commands: [`kubectl -n ${view.namespace} get events --field-selector reason=Failed`],
        }),
        ...canaries(view, view.certificate),
      ],
    });
  },
};
