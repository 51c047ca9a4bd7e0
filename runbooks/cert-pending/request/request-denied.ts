import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, sawCondition } from '../../../src/core/evidence.ts';
import { condition } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';

export const requestDenied: Cause<CertView> = {
  code: 'request-denied',
  title: 'The request was denied',
  severity: 'error',
  owner: 'security',
  // The next try makes the same request, and it is denied again.
  explains: ['issuance-backoff'],
  look(view) {
    const { certificate } = view;
    const request = certificate && view.unfinished ? view.request() : undefined;
    const denied = request && condition(request, 'Denied');
    if (!certificate || !request || denied?.status !== 'True') return clear();
    return found({
      object: refTo(request),
      because: `An approver has denied ${nameOfObject(request)}: ${quote(denied.message) || denied.reason}`,
      confidence: 'confirmed',
      evidence: [sawCondition(request, { ...denied, message: quote(denied.message) })],
      // Denial is a security control: it is answered by the policy or by the request, never passed by.
      remedies: [
        byHand({
          id: 'meet-the-policy',
          title: 'Ask for what the policy allows, or have whoever owns the policy allow it',
          risk: 'high',
          commands: [
            'kubectl get certificaterequestpolicies -o yaml',
            `kubectl -n ${request.metadata.namespace} describe certificaterequest ${request.metadata.name}`,
            `kubectl -n ${certificate.metadata.namespace} edit certificate ${certificate.metadata.name}`,
          ],
        }),
      ],
    });
  },
};
