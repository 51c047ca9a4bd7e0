import { link, mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ExpectedStop } from '../../core/failure.ts';
import { randomName } from '../keys/secret-values.ts';
import { errorCode } from './file-trouble.ts';

type Holder = { readonly pid: number; readonly host: string };

/** A takeover takes microseconds; one that is this old (milliseconds) was killed in the middle. */
const deadTakeover = 10_000;

/**
 * Holds `folder` against other runs that change things, until disposed. A lock whose process is gone is taken over, so that a killed
 * run blocks nobody. Throws ExpectedStop('refused') where another run holds it.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, 'lock');
  const own: Holder = { pid: process.pid, host: hostname() };
  // Linked into place with its contents already in it: nobody ever reads half a lock.
  const draft = join(folder, `lock.${randomName(8)}`);
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    while (!(await created(draft, path))) await clearDeadLock(path);
  } finally {
    await rm(draft, { force: true });
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

async function created(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes the lock of a process that is gone. One run at a time may do so, and looks again once it may: otherwise the second of two
 * would remove the lock that the first has just made.
 */
async function clearDeadLock(path: string): Promise<void> {
  refuseIfHeld(await holderOf(path), path);
  const takeover = `${path}.takeover`;
  try {
    await mkdir(takeover);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    const since = (await stat(takeover).catch(() => undefined))?.mtimeMs ?? 0;
    if (since < Date.now() - deadTakeover) await rmdir(takeover).catch(() => undefined);
    return;
  }
  try {
    refuseIfHeld(await holderOf(path), path);
    await rm(path, { force: true });
  } finally {
    await rmdir(takeover);
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function refuseIfHeld(holder: Holder | undefined, path: string): void {
  if (!holder || (holder.host === hostname() && !isAlive(holder.pid))) return;
  throw new ExpectedStop(
    'refused',
    `Another orion-setup is changing things (process ${holder.pid} on ${holder.host}).`,
    ['Let it finish, then run this again.', `If it is long gone, remove ${path}.`],
  );
}

/** Signal 0 asks only whether the process is there; one of another user is (EPERM). */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
