import { condition, textAt } from '../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { acmeProblemIn, authorizationErrorIn, retryAfterIn } from './messages.ts';
import type { CertView } from './view.ts';

/**
 * What the last try of issuing failed of, and whether the looks of this runbook would find it again: only then do clean looks mean
 * that it is over. A refusal for CAA, for an account, or by some of the CA's own machines looks the same from here before and after.
 */
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
    return { object: challenge, path: 'status.reason', says: refusal, wouldBeSeen: isSeenFromHere(refusal) };
  const order = view.order();
  const reason = textAt(order, 'status.reason');
  if (order && reason)
    return { object: order, path: 'status.reason', says: reason, wouldBeSeen: isLimitOver(view, reason) };
  const request = view.request();
  const ready = request && condition(request, 'Ready');
  return request && ready?.status === 'False'
    ? { object: request, path: ready.path, says: ready.message, wouldBeSeen: isLimitOver(view, ready.message) }
    : undefined;
}

export const isOver = (state: string | undefined): boolean => ['invalid', 'errored', 'expired'].includes(state ?? '');

/** DNS without an address and a port that takes no connection are what dns-no-record and port80-blocked look at. */
function isSeenFromHere(refusal: string): boolean {
  const problem = authorizationErrorIn(refusal);
  // The CA's further machines stand elsewhere on the internet than this one.
  if (!problem || problem.detail.startsWith('During secondary validation')) return false;
  if (problem.type === 'dns') return /NXDOMAIN|no valid A records/.test(problem.detail);
  return problem.type === 'connection' && /timeout|refused/i.test(problem.detail);
}

function isLimitOver({ sight }: CertView, reason: string): boolean {
  const problem = acmeProblemIn(reason);
  const until = problem?.type === 'rateLimited' ? retryAfterIn(problem.detail) : undefined;
  return until !== undefined && until <= sight.now;
}
