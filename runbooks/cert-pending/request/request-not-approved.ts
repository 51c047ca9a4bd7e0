import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { condition, timeAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';

/** The event WaitingForApproval comes in every healthy request; approval follows within a second. */
const patience = 60_000;

export const requestNotApproved: Cause<CertView> = {
  code: 'request-not-approved',
  title: 'Nobody approves the request',
  severity: 'error',
  owner: 'security',
  explains: [],
  look(view) {
    const { certificate, sight } = view;
    const request = certificate && view.unfinished ? view.request() : undefined;
    if (!certificate || !request || condition(request, 'Approved') || condition(request, 'Denied')) return clear();
    const since = timeAt(request, 'metadata.creationTimestamp');
    if (!since || sight.now.getTime() - since.getTime() < patience) return clear();
    return found({
      object: refTo(request),
      because: `${nameOfObject(request)} has waited since ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC for somebody to approve or deny it. cert-manager's own approver is off, and what stands in its place does not answer.`,
      confidence: 'confirmed',
      evidence: [
        { from: nameOfObject(request), path: 'status.conditions[Approved]', saw: 'absent', wanted: 'True' },
        saw(request, 'metadata.creationTimestamp'),
      ],
      // To approve by hand is to pass by a control that somebody set up on purpose: never done here, and not printed as a command either.
      remedies: [
        byHand({
          id: 'wake-the-approver',
          title: 'Have whoever runs the approval see to it (approver-policy, or cert-manager without its own approver)',
          risk: 'high',
          commands: [
            'kubectl get pods -A -l app.kubernetes.io/name=cert-manager-approver-policy',
            'kubectl get certificaterequestpolicies',
            `kubectl -n ${request.metadata.namespace} describe certificaterequest ${request.metadata.name}`,
          ],
        }),
      ],
    });
  },
};
