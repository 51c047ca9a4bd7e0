import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A program of the bed: where the built ones lie, where this bed keeps its files. */
export type Ground = { readonly parts: string; readonly folder: string };

export type Part = {
  readonly name: string;
  readonly logFile: string;
  readonly running: () => boolean;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly stop: () => Promise<void>;
};

/** Options of a program, written as every program of the bed reads them. */
export const flags = (options: Readonly<Record<string, string | number | boolean>>): readonly string[] =>
  Object.entries(options).map(([name, value]) => `--${name}=${value}`);

const lastLines = (file: string, count: number): string =>
  readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');

type Options = {
  readonly environment?: NodeJS.ProcessEnv;
  /** Writes the log as a container runtime does, so that a pod can show it as its own. */
  readonly inPod?: boolean;
  /** The program, where the part goes by another name. */
  readonly program?: string;
};

/** Starts a program of the bed. One that ends without being stopped is a fault of the bed, and says so with its last words. */
export function startPart(ground: Ground, name: string, args: readonly string[], options: Options = {}): Part {
  const logFile = join(ground.folder, `${name}.log`);
  const log = openSync(logFile, 'a');
  const output = options.inPod === true ? 'pipe' : log;
  const child: ChildProcess = spawn(join(ground.parts, options.program ?? name), args, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...options.environment },
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    if (child[stream] === null) continue;
    createInterface(child[stream]).on('line', (line) => {
      writeSync(log, `${new Date().toISOString()} ${stream} F ${line}\n`);
    });
  }
  let running = true;
  let stopping = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      if (!stopping) console.error(`bed: ${name} ended by itself (${signal ?? code}):\n${lastLines(logFile, 15)}`);
      resolve();
    });
    child.once('error', (error) => {
      running = false;
      console.error(`bed: ${name} did not start: ${error.message}`);
      resolve();
    });
  });
  return {
    name,
    logFile,
    running: () => running,
    signal: (signal) => void child.kill(signal),
    stop: async () => {
      stopping = true;
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(forced);
    },
  };
}
