import { later, type View } from './turn.ts';

/** A try that came to nothing, with the version of everything that it saw. */
export type Tried = { readonly at: string; readonly version: string };

export const triedNow = (view: View): Tried => ({ at: view.now.toISOString(), version: view.version });

/**
 * When such a try is made again: on a grid of `seconds`, and only once anything changed, since the same look at the same things gives
 * the same answer. That keeps months of waiting cheap.
 */
export function nextTry(view: View, tried: Tried, seconds: number): Date | undefined {
  if (tried.version === view.version) return undefined;
  const last = new Date(tried.at);
  const steps = Math.max(1, Math.ceil((view.now.getTime() - last.getTime()) / (seconds * 1000)));
  return later(last, steps * seconds);
}

/** What counts as the last try of something that was loaded as it stood. */
export const triedBefore = (view: View): Tried => ({ at: view.loadedAt.toISOString(), version: '' });
