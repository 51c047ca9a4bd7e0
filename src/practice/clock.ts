import type { Clock } from '../core/outside/clock.ts';

/** The one clock of a practice cluster: its store, its controllers and the tool all read it. */
export type PracticeClock = Clock & {
  /** Moves the clock on by hand. Sleepers whose time has come are woken in order. */
  readonly skip: (milliseconds: number) => void;
};

/**
 * `speed` 1 is real time, 600 makes ten seconds of sixteen milliseconds; 0 stands still until it is skipped, which is what tests do.
 */
export function practiceClock(start: Date, speed: number): PracticeClock {
  const began = performance.now();
  let skipped = 0;
  const elapsed = (): number => (performance.now() - began) * speed + skipped;
  const now = (): Date => new Date(start.getTime() + elapsed());
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();

  const sleep: Clock['sleep'] = (milliseconds, signal, idle) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let timer: ReturnType<typeof setTimeout> | undefined;
      // A timer may fire a hair early, and at a high speed a hair is minutes: then it is set again.
      const arm = (): void => {
        if (speed <= 0) return;
        const left = sleeper.until - elapsed();
        if (left <= 0) sleeper.wake();
        else timer = setTimeout(arm, Math.ceil(left / speed));
        if (idle) timer?.unref();
      };
      const end = (): void => {
        clearTimeout(timer);
        sleepers.delete(sleeper);
        signal.removeEventListener('abort', give);
      };
      const give = (): void => {
        end();
        reject(signal.reason);
      };
      const sleeper = {
        until: elapsed() + milliseconds,
        wake: () => {
          end();
          resolve();
        },
      };
      sleepers.add(sleeper);
      signal.addEventListener('abort', give);
      arm();
    });

  const skip = (milliseconds: number): void => {
    skipped += milliseconds;
    const due = [...sleepers].filter(({ until }) => until <= elapsed());
    for (const sleeper of due.toSorted((a, b) => a.until - b.until)) sleeper.wake();
  };

  return { now, sleep, skip };
}
