import type { Io } from '../../src/core/outside/io.ts';

export type Said = { out: string; err: string };

/** An Io without a terminal that keeps what is said. */
export function hearing(where: Pick<Io, 'cwd'> & Partial<Pick<Io, 'env' | 'signal'>>): {
  readonly io: Io;
  readonly said: Said;
} {
  const said: Said = { out: '', err: '' };
  const io: Io = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    env: {},
    stdinIsTty: false,
    stdoutIsTty: false,
    columns: 80,
    version: '0.0.0',
    signal: new AbortController().signal,
    ...where,
  };
  return { io, said };
}
