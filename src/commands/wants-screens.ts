import { faceOf, mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Io } from '../core/outside/io.ts';

/** Screens are for somebody who is there to answer: consent given beforehand, or --no-input, speaks of nobody. */
export const wantsScreens = ({ options }: Invocation, io: Io): boolean =>
  faceOf(options, io) === 'screens' && mayAsk(options, io) && !options.yes && options['dry-run'] === undefined;
