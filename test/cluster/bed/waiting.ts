import { setTimeout as pause } from 'node:timers/promises';

/** Asks until `probe` gives something other than undefined, and says what was awaited, and what was last seen, when it never does. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  seconds = 30,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const seen = await probe();
      if (seen !== undefined) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `After ${seconds} s still waiting: ${what}${last === undefined ? '' : ` (last: ${String(last)})`}`,
      );
    }
    await pause(100);
  }
}
