import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedStop } from '../../core/failure.ts';
import { randomName } from '../keys/secret-values.ts';
import { errorCode, fileTrouble } from './file-trouble.ts';
import { isAlive, type RunningProcess, thisProcess } from './running-process.ts';

/**
 * Holds `folder` against other runs that change things, until disposed. A lock whose process is gone is taken over, so that a killed
 * run blocks nobody. Throws ExpectedStop: 'refused' where another run holds it, 'usage' where the file system does not let this one.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, 'lock');
  // Linked into place with its contents already in it: nobody ever reads half a lock.
  const draft = join(folder, `lock.${randomName(8)}`);
  try {
    await writeFile(draft, JSON.stringify(thisProcess()), { mode: 0o600 });
    await take(draft, path);
  } catch (error) {
    throw fileTrouble(error, 'write', path);
  } finally {
    await rm(draft, { force: true });
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

async function take(draft: string, path: string): Promise<void> {
  while (!(await created(draft, path))) {
    if (await isDead(path)) await clearDead(draft, path);
  }
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
 * Removes the lock of a process that is gone. Only who holds the lock on doing so may, and only what it finds dead by then: otherwise
 * the second of two would remove the lock that the first has just made. A takeover that was itself killed is taken over the same way.
 */
async function clearDead(draft: string, path: string): Promise<void> {
  const takeover = `${path}.takeover`;
  await take(draft, takeover);
  try {
    if (await isDead(path)) await rm(path, { force: true });
  } finally {
    await rm(takeover, { force: true });
  }
}

/** Whether a lock is there whose process is gone. Throws where it is held. */
async function isDead(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return false;
  const holder = holderIn(text);
  if (!holder || isAlive(holder) === false) return true;
  throw new ExpectedStop(
    'refused',
    `Another orion-setup is changing things (process ${holder.pid} on ${holder.host}).`,
    ['Let it finish, then run this again.', `If it is long gone, remove ${path}.`],
  );
}

/** Nothing where the text is no lock: the machine lost its power before the contents were on the disk. */
function holderIn(text: string): RunningProcess | undefined {
  try {
    const { pid, host } = JSON.parse(text) as Partial<RunningProcess>;
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}
