import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { canaries } from '../canary.ts';
import { secretNameOf } from '../chain.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { rateLimitIn } from './rate-limit.ts';

export const acmeRateLimitedExactSet: Cause<CertView> = {
  code: 'acme-rate-limited-exact-set',
  title: 'The CA has issued this very certificate five times this week',
  severity: 'error',
  owner: 'operator',
  explains: ['issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const limit = rateLimitIn(view);
    // "domains" until 2024, "identifiers" since (boulder).
    if (!limit || !/exact set of /.test(limit.problem.detail)) return clear();
    const { until } = limit;
    if (until && until <= view.sight.now) return clear(`the CA's wait ended at ${until.toISOString()}`);
    return found({
      object: refTo(limit.object),
      because: `Five certificates for exactly these names were issued within seven days, whoever asked for them; the CA issues none${until ? ` until ${until.toISOString().slice(0, 16).replace('T', ' ')} UTC` : ''}. Something asked too often.`,
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
          id: 'restore-the-secret',
          title: `Restore Secret ${secretNameOf(certificate)} from a backup, where one is still valid`,
          commands: [
            `kubectl -n ${view.namespace} get secret ${secretNameOf(certificate)} -o jsonpath='{.metadata.creationTimestamp}'`,
          ],
        }),
        byHand({
          id: 'add-a-name',
          title:
            'Or add one more name of yours to the Certificate: another set has a limit of its own (50 a week for the domain)',
          risk: 'medium',
          commands: [
            `kubectl -n ${view.namespace} patch certificate ${certificate.metadata.name} --type json -p '[{"op":"add","path":"/spec/dnsNames/-","value":"ANOTHER-NAME"}]'`,
          ],
        }),
        ...canaries(view, certificate),
      ],
    });
  },
};
