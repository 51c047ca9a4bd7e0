import { condition, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type AcmeProblem, acmeProblemIn, retryAfterIn } from '../messages.ts';
import type { CertView } from '../view.ts';

export type RateLimit = {
  readonly problem: AcmeProblem;
  /** From when on the CA takes a try again, as its text says. */
  readonly until: Date | undefined;
  readonly object: KubernetesObject;
  readonly path: string;
};

/** The CA's refusal of the last Order for a rate limit (RFC 8555, 6.6), where it was said first: the Order, else the request. */
export function rateLimitIn(view: CertView): RateLimit | undefined {
  const order = view.order();
  if (order) return limitAt(order, 'status.reason', textAt(order, 'status.reason'));
  const request = view.request();
  const ready = request && condition(request, 'Ready');
  return request && ready ? limitAt(request, ready.path, ready.message) : undefined;
}

function limitAt(object: KubernetesObject, path: string, text: string | undefined): RateLimit | undefined {
  const problem = text === undefined ? undefined : acmeProblemIn(text);
  return problem?.type === 'rateLimited' ? { problem, until: retryAfterIn(problem.detail), object, path } : undefined;
}
