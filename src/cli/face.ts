import type { Io } from '../core/outside/io.ts';
import type { Options } from './options.ts';

/** Who talks to the operator. Chosen once, before any of them is loaded. */
export type Face = 'screens' | 'lines' | 'document';

/**
 * document: -o other than text, one document on standard output. lines: --plain, TERM=dumb, a screen reader (ACCESSIBLE,
 * INK_SCREEN_READER), CI, or no terminal. screens: else.
 */
export function faceOf(
  options: Pick<Options, 'output' | 'plain'>,
  io: Pick<Io, 'env' | 'stdinIsTty' | 'stdoutIsTty'>,
): Face {
  if (options.output !== undefined && options.output !== 'text') return 'document';
  const { env } = io;
  const wantsLines =
    options.plain ||
    env['TERM'] === 'dumb' ||
    isSet(env['ACCESSIBLE']) ||
    isSet(env['INK_SCREEN_READER']) ||
    isSet(env['CI']);
  return wantsLines || !io.stdinIsTty || !io.stdoutIsTty ? 'lines' : 'screens';
}

/** Nobody can be asked: --no-input, or no terminal to ask on. */
export const mayAsk = (options: Pick<Options, 'no-input'>, io: Pick<Io, 'stdinIsTty' | 'env'>): boolean =>
  !options['no-input'] && io.stdinIsTty && !isSet(io.env['CI']);

const isSet = (value: string | undefined): boolean =>
  value !== undefined && value !== '' && value !== '0' && value !== 'false';
