import { expect, test } from 'vitest';
import type { Clock } from '../../src/core/outside/clock.ts';
import { sleptClock } from './slept-clock.ts';

/**
 * A laptop sleeps between what was looked at and the reading of the clock: it is late then, by a look that was begun long before. What is
 * said to be late has been looked at once more.
 */
export type World = {
  readonly clock: Clock /** Whether all is well: one round of looks. */;
  readonly isWell: () => boolean;
};
export type Waits = (world: World) => Promise<boolean>;

/** The first round takes an hour, in which its time is up; so many rounds after it all is well. */
async function heldUp(wait: Waits, wellAfter: number) {
  const { clock, seconds, holdUp } = sleptClock();
  let rounds = 0;
  const isWell = (): boolean => {
    rounds += 1;
    if (rounds === 1) holdUp(3600);
    return rounds > wellAfter;
  };
  return { endsWell: await wait({ clock, isWell }), rounds, seconds: seconds() };
}

/** Whatever is waited for: what is late was looked at once more, and not more often. */
export function looksOnceMore(waits: readonly (readonly [string, Waits])[]): void {
  test.each(waits)('%s: held up until the time is up, it is looked at once more', async (_, wait) => {
    expect(await heldUp(wait, 1)).toMatchObject({ endsWell: true, rounds: 2 });
  });

  test.each(waits)('%s: and once only', async (_, wait) => {
    const { endsWell, rounds, seconds } = await heldUp(wait, Number.POSITIVE_INFINITY);
    expect({ endsWell, rounds }).toEqual({ endsWell: false, rounds: 2 });
    expect(seconds).toBeLessThanOrEqual(3604);
  });
}
