import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../core/outside/clock.ts';

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds, signal, idle) => {
    try {
      await setTimeout(milliseconds, undefined, { signal, ref: idle === undefined });
    } catch (error) {
      // Node.js wraps the reason in an AbortError of its own; callers tell a Ctrl-C from a timeout by the reason itself.
      throw signal.aborted ? signal.reason : error;
    }
  },
};
