import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program of the bed: where the built ones lie, where this bed keeps its files. */
export type Ground = { readonly parts: string; readonly folder: string };

export type Part = {
  readonly name: string;
  readonly logFile: string;
  readonly running: () => boolean;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly stop: () => Promise<void>;
};

const lastLines = (file: string, count: number): string =>
  readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');

/** Starts a program of the bed. One that ends without being stopped is a fault of the bed, and says so with its last words. */
export function startPart(
  ground: Ground,
  name: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  program = name,
): Part {
  const logFile = join(ground.folder, `${name}.log`);
  const log = openSync(logFile, 'a');
  const child: ChildProcess = spawn(join(ground.parts, program), args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...environment },
  });
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
