import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop, exitCodes } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import type { OpenPractice } from './open-practice.ts';
import { type SetupFace, setUp } from './setup.ts';
import type { SetupWorld } from './setup-world.ts';
import { tourWorld } from './tour.ts';

export const gone = 'The practice cluster is gone; nothing of yours was touched.';
export const again = ['From the beginning: orion-setup practice'];

/**
 * Set-up of staging with somebody who answers. What it prints at its end speaks of going on another time, which the practice cluster
 * does not last for: only an end that is neither the good one nor leaving is told in its words.
 */
export async function setUpInTour(
  opened: OpenPractice,
  invocation: Invocation,
  io: Io,
  faceIn: (world: SetupWorld) => SetupFace,
): Promise<number> {
  const world = tourWorld(opened);
  const printed: string[] = [];
  const quiet: Io = { ...io, out: (text) => printed.push(text) };
  const asked: Invocation = { words: [], options: { ...invocation.options, env: 'staging' } };
  try {
    const code = await setUp(asked, quiet, world, faceIn(world));
    if (code !== 0 && code !== exitCodes.waiting) io.out(printed.join(''));
    return code;
  } catch (error) {
    if (error instanceof ExpectedStop && error.reason === 'interrupted')
      throw new ExpectedStop('interrupted', `Left the tour in set-up. ${gone}`, again, { cause: error });
    throw error;
  }
}
