import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { spending } from '../budget.ts';
import { answerToOrder, heard } from '../ca-answer.ts';
import { isOver } from '../last-failure.ts';
import type { CertView } from '../view.ts';
import { isForgotten } from './forgotten.ts';

/** Orders and authorizations of Let's Encrypt end after seven days. */
const longest = 7 * 24 * 3_600_000;

/** An Order that can come to nothing. One that failed is made anew by cert-manager after its back-off; one that hangs is not. */
export const orderStale: Cause<CertView> = {
  code: 'order-stale',
  title: 'The Order has outlived what the CA knows of it',
  severity: 'error',
  owner: 'operator',
  explains: ['issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const said = answerToOrder(view);
    const order = view.order();
    if (said && isForgotten(said.says))
      return found({
        object: refTo(order ?? said.object),
        because:
          'The CA does not know this Order any more. cert-manager makes another after its back-off; nothing else is wrong.',
        confidence: 'confirmed',
        evidence: [heard(said)],
        // A new Order is the cure, and the back-off says when it comes.
        symptom: true,
      });
    const dead = order && hangs(view, order);
    if (!order || !dead) return clear();
    return found({
      object: refTo(order),
      because: `Order ${order.metadata.name} is pending since ${dead.since.toISOString().slice(0, 10)}, longer than a CA keeps one, and its Challenge has ended: nothing will come of it.`,
      confidence: 'confirmed',
      evidence: [
        saw(order, 'metadata.creationTimestamp'),
        saw(order, 'status.state', 'valid'),
        saw(dead.challenge, 'status.state'),
      ],
      remedies: [spending(view, deleteOrder(view, order))],
    });
  },
};

function hangs({ openChallenges, sight }: CertView, order: KubernetesObject) {
  const since = timeAt(order, 'metadata.creationTimestamp');
  if (!since || textAt(order, 'status.state') !== 'pending' || sight.now.getTime() - since.getTime() < longest)
    return undefined;
  const challenges = openChallenges();
  const [challenge] = challenges;
  return challenge && challenges.every((item) => isOver(textAt(item, 'status.state')))
    ? { since, challenge }
    : undefined;
}

/** The request makes an Order of the same name at once (seen). At the real CA that spends one of few tries, so there a person does it. */
function deleteOrder(view: CertView, order: KubernetesObject): Remedy {
  const command = `kubectl -n ${view.namespace} delete order ${order.metadata.name}`;
  const server = textAt(view.issuerIfSeen(), 'spec.acme.server') ?? '';
  if (!/staging/.test(server))
    return byHand({
      id: 'delete-the-order-by-hand',
      title: 'Delete the Order; cert-manager makes another, which spends a try at the CA',
      risk: 'medium',
      commands: [command],
    });
  return {
    id: 'delete-the-order',
    title: `Delete Order ${order.metadata.name}; cert-manager makes another at once`,
    risk: 'medium',
    automatic: 'yes',
    commands: [command],
    changes: [{ do: 'delete', ref: refTo(order), uid: order.metadata.uid ?? '' }],
    undo: 'The deleted Order cannot be taken back; cert-manager makes another.',
    reversible: false,
    blockedBy: null,
    healsWithin: 180,
  };
}
