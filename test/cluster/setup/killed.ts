import { readFileSync } from 'node:fs';
import { until } from '../bed/bed.ts';
import { type Installation, type Run, run } from './installation.ts';

const preloaded = (point: string) => ({
  NODE_OPTIONS: `--import ${new URL('./kill-at.ts', import.meta.url).href}`,
  ORION_KILL: point,
});

/** Runs the command so that it is killed at this point of its journal: see kill-at.ts. */
export async function killedAt(
  place: Pick<Installation, 'folder' | 'home'>,
  point: string,
  args: readonly string[],
): Promise<Run> {
  const ended = await run(place, args, { environment: preloaded(point) });
  if (ended.signal !== 'SIGKILL')
    throw new Error(`${point} was never reached (exit ${ended.code}): ${ended.stdout}${ended.stderr}`);
  return ended;
}

/** Runs the command until this point of its journal, where it is held until \`goOn\`. */
export async function heldAt(
  place: Pick<Installation, 'folder' | 'home'>,
  point: string,
  args: readonly string[],
): Promise<{ readonly pid: number; readonly goOn: () => Promise<Run> }> {
  const ended = run(place, args, { environment: { ...preloaded(point), ORION_SIGNAL: 'SIGSTOP' } });
  let isOver = false;
  const pid = await Promise.race([
    until(`the command to be held ${point}`, async () => {
      const [newest] = await historyOf(place);
      const [, pid] = /process (\d+)/.exec(newest?.says ?? '') ?? [];
      return pid !== undefined && isStopped(pid) ? Number(pid) : undefined;
    }),
    ended.then(({ code, stdout, stderr }) => {
      isOver = true;
      throw new Error(`${point} was never reached (exit ${code}): ${stdout}${stderr}`);
    }),
  ]);
  const goOn = () => {
    if (!isOver) process.kill(pid, 'SIGCONT');
    return ended;
  };
  return { pid, goOn };
}

/** See proc(5). */
const isStopped = (pid: string): boolean => /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

export type Change = {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly says: string;
  readonly changes: readonly { readonly do: string; readonly object: string; readonly fate: string }[];
};

/** What the journals of this machine say, the newest first. */
export async function historyOf(place: Pick<Installation, 'folder' | 'home'>): Promise<readonly Change[]> {
  const { stdout } = await run(place, ['history', '-o', 'json']);
  return JSON.parse(stdout).items;
}
