import { hostname } from 'node:os';
import { errorCode } from './file-trouble.ts';

/** A run of this tool, as others find it in what it holds or writes. */
export type RunningProcess = { readonly pid: number; readonly host: string };

export const thisProcess = (): RunningProcess => ({ pid: process.pid, host: hostname() });

/** Nothing where that cannot be judged from here: it ran on another machine. */
export function isAlive({ pid, host }: RunningProcess): boolean | undefined {
  if (host !== hostname()) return undefined;
  try {
    // Signal 0 asks only whether the process is there.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of another user is there.
    return errorCode(error) === 'EPERM';
  }
}
