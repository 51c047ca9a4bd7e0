import { stringify } from 'yaml';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';

/** One document on standard output, nothing else there. */
export function printDocument(io: Io, format: string | undefined, value: unknown): void {
  switch (format) {
    case 'json':
      io.out(`${JSON.stringify(value, null, 2)}\n`);
      return;
    case 'yaml':
      io.out(stringify(value));
      return;
    default:
      throw new ExpectedStop('usage', `There is no output "${format}" here.`);
  }
}
