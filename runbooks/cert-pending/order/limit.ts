import type { Found } from '../../../src/core/diagnosis.ts';
import { found, nameOfObject } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { type RateLimit, rateLimitIn } from './rate-limit.ts';

/** The limits of Let's Encrypt, by their words and by the anchor of the page that each refusal points to (boulder, ratelimits). */
const texts = {
  domain: /too many certificates \(\d+\) already issued for "|#new-certificates-per-registered-domain/,
  orders: /too many new orders|#new-orders-per-account/,
} as const;

/** The last Order's refusal for this limit, while it holds; or since when it does not. */
export function limitOf(view: CertView, which: keyof typeof texts): RateLimit | { readonly over: Date } | undefined {
  const limit = rateLimitIn(view);
  if (!limit || !texts[which].test(limit.problem.detail)) return undefined;
  return limit.until && limit.until <= view.sight.now ? { over: limit.until } : limit;
}

export function foundLimit(limit: RateLimit, because: string, remedies: readonly Remedy[]): Found {
  const { object, path, problem, until } = limit;
  return found({
    object: refTo(object),
    because: `${because}${until ? ` The CA takes the next one at ${untilText(until)}; cert-manager's own next try may come before, and fail.` : ''}`,
    confidence: 'confirmed',
    evidence: [
      { from: nameOfObject(object), path, saw: quote(`${problem.status} ${problem.type}: ${problem.detail}`) },
    ],
    remedies,
  });
}

export const untilText = (until: Date): string => `${until.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
