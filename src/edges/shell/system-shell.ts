import { existsSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import type { Shell, ShellAnswer } from '../../core/outside/shell.ts';

/** Characters of standard output and of standard error that are kept, each: 1 MiB. More is a program gone wrong. */
const mostOutput = 1_048_576;
const defaultTimeoutMs = 60_000;

/**
 * Runs programs by execa, which is loaded with the first one. Nothing is asked on their standard input unless `input` is given, and
 * the environment is this process's own, with nothing added. Rejects with the signal's reason when it aborts.
 */
export const systemShell: Shell = {
  run: async (command, args, { cwd, input, timeoutMs = defaultTimeoutMs, onOutput }, signal) => {
    signal.throwIfAborted();
    const { execa } = await import('execa');
    const running = execa(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      timeout: timeoutMs,
      cancelSignal: signal,
      // A program that ignores being asked to end must not hold up the operator's Ctrl-C.
      forceKillAfterDelay: 2000,
      maxBuffer: mostOutput,
      reject: false,
      stripFinalNewline: false,
    });
    if (onOutput) for (const stream of [running.stdout, running.stderr]) passOn(stream, onOutput);
    const ended = await running;
    if (signal.aborted) throw signal.reason;
    const output = { stdout: ended.stdout, stderr: ended.stderr };
    if (!ended.failed) return { ok: true, ...output };
    if (ended.timedOut) return { ok: false, why: 'timed-out', exitCode: null, ...output };
    if (isMissing(ended.code, cwd)) return { ok: false, why: 'not-installed', exitCode: null, ...output };
    return failure(
      ended.exitCode ?? null,
      output,
      ended.isMaxBuffer ? 'more than 1 MiB of output' : (ended.shortMessage ?? ''),
    );
  },
};

/** Lines and tabs stay; what else steers a terminal is taken out. */
function passOn(stream: NodeJS.ReadableStream | null, onOutput: (text: string) => void): void {
  const decoder = new StringDecoder('utf8');
  stream?.on('data', (piece: Buffer | string) => {
    const text = typeof piece === 'string' ? piece : decoder.write(piece);
    onOutput(stripVTControlCharacters(text).replaceAll(unprintable, ''));
  });
}

const unprintable = /[^\P{Cc}\n\t]/gu;

/** ENOENT is also what a working folder that is not there gives; that is no missing program. */
const isMissing = (code: string | undefined, cwd: string | undefined): boolean =>
  code === 'ENOENT' && (cwd === undefined || existsSync(cwd));

/** A program that ended silently, or never began, is explained in its place. */
function failure(
  exitCode: number | null,
  output: { readonly stdout: string; readonly stderr: string },
  explanation: string,
): ShellAnswer {
  return {
    ok: false,
    why: 'failed',
    exitCode,
    ...output,
    stderr: output.stderr === '' || exitCode === null ? `${output.stderr}${explanation}\n` : output.stderr,
  };
}
