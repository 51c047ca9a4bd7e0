import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { answerToOrder, heard } from '../ca-answer.ts';
import { canaries } from '../canary.ts';
import type { CertView } from '../view.ts';

/** Looks like a rate limit, but no waiting ends it (boulder, wfe2; after 1,152 failures in a row). */
export const acmeIdentifierPaused: Cause<CertView> = {
  code: 'acme-identifier-paused',
  title: 'The CA has paused this name for the account',
  severity: 'error',
  owner: 'operator',
  explains: ['issuance-backoff'],
  look(view) {
    if (!view.certificate || !view.unfinished) return clear();
    const said = answerToOrder(view);
    const names = /temporarily prevented from requesting certificates for (.+?)(?: and possibly others)?\. /.exec(
      said?.problem?.detail ?? '',
    )?.[1];
    if (!said || names === undefined) return clear();
    const { object } = said;
    return found({
      object: refTo(object),
      because: `After more than a thousand failures in a row the CA takes no orders for ${names} from this account. No waiting ends that: somebody has to open the link in its refusal.`,
      confidence: 'confirmed',
      evidence: [heard(said)],
      remedies: [
        byHand({
          id: 'unpause',
          title:
            'Mend what has failed all the time, then open the link. It is as good as a password: show it to nobody',
          commands: [
            `kubectl -n ${view.namespace} get ${object.kind.toLowerCase()} ${object.metadata.name} -o yaml | grep unpause`,
          ],
        }),
        ...canaries(view, view.certificate),
      ],
    });
  },
};
