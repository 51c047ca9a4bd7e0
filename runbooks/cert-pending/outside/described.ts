import type { OutsideAnswer } from '../view.ts';

/** What came back for a challenge, in a few words. */
export function described({ answer }: OutsideAnswer): string {
  if (answer.outcome === 'failed') return `no answer: ${answer.detail}`;
  const by = answer.server ? ` from ${answer.server}` : '';
  return `${answer.status}${answer.isKey ? ' and the right key' : ''}${by}${answer.hops.length > 1 ? `, after ${answer.hops.length - 1} redirects` : ''}`;
}
