import type { Clock } from '../../src/core/outside/clock.ts';

/** A clock that goes on by what is slept, by what the process is held up, and by nothing else. */
export function sleptClock(): {
  readonly clock: Clock;
  readonly seconds: () => number;
  readonly holdUp: (seconds: number) => void;
} {
  let now = 0;
  const clock: Clock = {
    now: () => new Date(now),
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
  const holdUp = (seconds: number): void => {
    now += seconds * 1000;
  };
  return { clock, seconds: () => now / 1000, holdUp };
}
