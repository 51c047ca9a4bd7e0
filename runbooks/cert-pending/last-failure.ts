import { condition, textAt } from '../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { isAnswerOver, isRefusalSeenFromHere } from './mended.ts';
import { acmeProblemIn, retryAfterIn } from './messages.ts';
import type { CertView } from './view.ts';

/** What the last try of issuing failed of, and whether the looks of this runbook would find it again (mended.ts). */
export type LastFailure = {
  readonly object: KubernetesObject;
  readonly path: string;
  readonly says: string;
  readonly wouldBeSeen: boolean;
};

/** Undefined where nothing of it is left: a failed request goes with the next try, and events go after an hour. */
export function lastFailureIn(view: CertView): LastFailure | undefined {
  const [challenge] = view.openChallenges().filter((item) => isOver(textAt(item, 'status.state')));
  const refusal = textAt(challenge, 'status.reason');
  if (challenge && refusal)
    return { object: challenge, path: 'status.reason', says: refusal, wouldBeSeen: isGone(view, challenge, refusal) };
  const order = view.order();
  const reason = textAt(order, 'status.reason');
  if (order && reason)
    return { object: order, path: 'status.reason', says: reason, wouldBeSeen: isGone(view, order, reason) };
  const request = view.request();
  const ready = request && condition(request, 'Ready');
  return request && ready?.status === 'False'
    ? { object: request, path: ready.path, says: ready.message, wouldBeSeen: isGone(view, request, ready.message) }
    : undefined;
}

export const isOver = (state: string | undefined): boolean => ['invalid', 'errored', 'expired'].includes(state ?? '');

function isGone(view: CertView, object: KubernetesObject, says: string): boolean {
  return (
    isRefusalSeenFromHere(view, says) ||
    isLimitOver(view, says) ||
    isAnswerOver(view, { object, path: '', says, problem: acmeProblemIn(says) })
  );
}

function isLimitOver({ sight }: CertView, reason: string): boolean {
  const problem = acmeProblemIn(reason);
  const until = problem?.type === 'rateLimited' ? retryAfterIn(problem.detail) : undefined;
  return until !== undefined && until <= sight.now;
}
