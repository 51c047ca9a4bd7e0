import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear } from '../../../src/core/evidence.ts';
import { canaries } from '../canary.ts';
import type { CertView } from '../view.ts';
import { foundLimit, limitOf } from './limit.ts';

export const acmeRateLimitedOrders: Cause<CertView> = {
  code: 'acme-rate-limited-orders',
  title: 'The ACME account has placed too many orders',
  severity: 'error',
  owner: 'platform',
  explains: ['issuance-backoff'],
  look(view) {
    if (!view.certificate || !view.unfinished) return clear();
    const limit = limitOf(view, 'orders');
    if (!limit) return clear();
    if ('over' in limit) return clear(`the CA's wait ended at ${limit.over.toISOString()}`);
    return foundLimit(
      limit,
      'The account of this issuer has placed three hundred orders within three hours, for whatever names: something asks again and again.',
      [
        byHand({
          id: 'find-who-orders',
          title: 'Find what orders so often, then wait: one order comes back every 36 seconds',
          commands: ['kubectl get orders -A --sort-by=.metadata.creationTimestamp | tail -40'],
        }),
        ...canaries(view, view.certificate),
      ],
    );
  },
};
