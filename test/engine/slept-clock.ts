import type { Clock } from '../../src/core/outside/clock.ts';

/** A clock that goes on by what is slept, and by nothing else. */
export function sleptClock(): { readonly clock: Clock; readonly seconds: () => number } {
  let now = 0;
  const clock: Clock = {
    now: () => new Date(now),
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
  return { clock, seconds: () => now / 1000 };
}
