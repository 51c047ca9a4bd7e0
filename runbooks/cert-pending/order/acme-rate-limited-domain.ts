import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear } from '../../../src/core/evidence.ts';
import { canaries } from '../canary.ts';
import type { CertView } from '../view.ts';
import { foundLimit, limitOf } from './limit.ts';

export const acmeRateLimitedDomain: Cause<CertView> = {
  code: 'acme-rate-limited-domain',
  title: 'The CA has issued too many certificates for the domain this week',
  severity: 'error',
  owner: 'operator',
  explains: ['issuance-backoff'],
  look(view) {
    if (!view.certificate || !view.unfinished) return clear();
    const limit = limitOf(view, 'domain');
    if (!limit) return clear();
    if ('over' in limit) return clear(`the CA's wait ended at ${limit.over.toISOString()}`);
    const domain = /issued for "([^"]+)"/.exec(limit.problem.detail)?.[1] ?? 'the domain';
    return foundLimit(
      limit,
      `Fifty certificates were issued for names under ${domain} within seven days, whoever asked for them.`,
      [
        byHand({
          id: 'wait-for-the-domain',
          title: 'Wait: one more is issued about every three and a half hours. Find out who asks for so many',
          commands: [`kubectl get certificates -A | grep ${domain}`, `https://crt.sh/?q=${domain}`],
        }),
        byHand({
          id: 'ask-for-more',
          title: "Or ask the CA for a higher limit for this domain (Let's Encrypt has a form; it takes days)",
          commands: ['https://letsencrypt.org/docs/rate-limits/#new-certificates-per-registered-domain'],
        }),
        ...canaries(view, view.certificate),
      ],
    );
  },
};
