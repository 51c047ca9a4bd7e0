import { type Installation, type Run, run } from './installation.ts';

/** Runs the command so that it is killed at this point of its journal: see kill-at.ts. */
export async function killedAt(
  place: Pick<Installation, 'folder' | 'home'>,
  point: string,
  args: readonly string[],
): Promise<Run> {
  const preload = new URL('./kill-at.ts', import.meta.url).href;
  const ended = await run(place, args, { environment: { NODE_OPTIONS: `--import ${preload}`, ORION_KILL: point } });
  if (ended.signal !== 'SIGKILL')
    throw new Error(`${point} was never reached (exit ${ended.code}): ${ended.stdout}${ended.stderr}`);
  return ended;
}

export type Change = {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly changes: readonly { readonly do: string; readonly object: string; readonly fate: string }[];
};

/** What the journals of this machine say, the newest first. */
export async function historyOf(place: Pick<Installation, 'folder' | 'home'>): Promise<readonly Change[]> {
  const { stdout } = await run(place, ['history', '-o', 'json']);
  return JSON.parse(stdout).items;
}
