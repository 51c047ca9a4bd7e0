import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, sawCondition } from '../../../src/core/evidence.ts';
import { condition } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { issuerRefOf } from '../chain.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { unreadyIssuer } from './ready.ts';

/** A parent, never a root: what keeps the issuer from being Ready is the cause. */
export const issuerNotReady: Cause<CertView> = {
  code: 'issuer-not-ready',
  title: 'The issuer is not Ready',
  severity: 'error',
  owner: 'platform',
  symptom: true,
  explains: [],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const request = view.request();
    const waits = request && condition(request, 'Ready');
    if (request && waits?.message.includes('does not have a Ready status condition')) {
      const named = issuerRefOf(certificate);
      return found({
        object: refTo(request),
        because: `${named.kind} ${named.name} is not Ready, so ${certificate.metadata.name} waits for it.`,
        confidence: 'likely',
        evidence: [sawCondition(request, waits)],
      });
    }
    const unready = unreadyIssuer(view);
    if (!unready) return clear('the issuer is Ready');
    return found({
      object: refTo(unready.issuer),
      because: `${unready.issuer.kind} ${unready.issuer.metadata.name} is not Ready: ${quote(unready.ready.message)}`,
      confidence: 'confirmed',
      evidence: [sawCondition(unready.issuer, unready.ready)],
    });
  },
};
