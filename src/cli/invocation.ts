import type { Io } from '../core/outside/io.ts';
import type { Options } from './options.ts';

/** What was said after the command's name. */
export type Invocation = { readonly words: readonly string[]; readonly options: Options };

/** Runs a command and answers its exit code. */
export type Run = (invocation: Invocation, io: Io) => Promise<number>;
