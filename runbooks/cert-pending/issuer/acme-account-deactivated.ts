import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, sawCondition } from '../../../src/core/evidence.ts';
import { condition, textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { answerToOrder, heard } from '../ca-answer.ts';
import type { CertView } from '../view.ts';
import { isAccountRefused, isOfEarlierAccount } from './account-refused.ts';
import { withNewAccountKey } from './new-account-key.ts';

/** The issuer stays Ready: what it shows is that it registered once. */
export const acmeAccountDeactivated: Cause<CertView> = {
  code: 'acme-account-deactivated',
  title: 'The CA does not accept the ACME account any more',
  severity: 'error',
  owner: 'platform',
  explains: ['issuance-backoff'],
  look(view) {
    if (!view.certificate || !view.unfinished) return clear();
    const said = answerToOrder(view);
    if (!said || !isAccountRefused(said)) return clear();
    const issuer = view.issuer();
    if (isOfEarlierAccount(view, said)) return clear('the account was registered anew after that');
    const uri = textAt(issuer, 'status.acme.uri');
    const ready = issuer && condition(issuer, 'Ready');
    return found({
      object: refTo(issuer ?? said.object),
      because: `The CA says that the account ${uri ?? 'of the issuer'} ${/has status "/.test(said.says) ? 'was deactivated' : 'does not exist'}; that the issuer is Ready only tells that it was registered once.`,
      confidence: 'confirmed',
      evidence: [heard(said), ...(issuer && ready ? [sawCondition(issuer, ready)] : [])],
      remedies: issuer
        ? [withNewAccountKey(issuer)]
        : [
            byHand({
              id: 'find-the-issuer',
              title: 'Register another account',
              commands: ['kubectl get clusterissuers'],
            }),
          ],
    });
  },
};
