import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { challengeOf, heard, refusalsOf } from '../ca-answer.ts';
import type { CertView } from '../view.ts';

/** Only the CA's own word shows it: one machine looks from one place. */
export const secondaryValidationBlocked: Cause<CertView> = {
  code: 'secondary-validation-blocked',
  title: "Some of the CA's machines are kept out",
  severity: 'error',
  owner: 'security',
  explains: ['acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const refusal = refusalsOf(view).find(({ secondary }) => secondary);
    if (!refusal) return clear();
    return found({
      object: refTo(challengeOf(view, refusal) ?? certificate),
      because: `The CA's first look at ${refusal.host} was good, its looks from other places of the internet were not. From here, one place, that cannot be seen.`,
      confidence: 'confirmed',
      evidence: [heard(refusal)],
      remedies: [
        byHand({
          id: 'let-all-places-in',
          title:
            'Have port 80 and DNS opened to the whole world for /.well-known/acme-challenge/; CAs publish no addresses',
          commands: [
            `curl -si -m 10 http://${refusal.host}/.well-known/acme-challenge/test | head -5`,
            `dig +short NS ${refusal.host.split('.').slice(-2).join('.')}`,
          ],
        }),
      ],
    });
  },
};
