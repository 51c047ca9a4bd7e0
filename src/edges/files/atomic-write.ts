import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './file-trouble.ts';

/**
 * Replaces `path` by `text`, whole or not at all, also when the power fails: a temporary file beside it, synced, renamed over it,
 * and the folder synced. Without `mode` (exact, whatever the umask) an existing file keeps its own and a new one gets 0666 less umask.
 */
export async function writeWhole(path: string, text: string, mode?: number): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
  const kept = mode ?? (await modeOf(path));
  try {
    // Never wider than it will be: a secret must not be readable even for a moment.
    const file = await open(temporary, 'wx', kept ?? 0o666);
    try {
      if (kept !== undefined) await file.chmod(kept);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes names in a folder last: a new or renamed file is only sure to be found once its folder is synced. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and needs not.
  if (process.platform === 'win32') return;
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    // Some network file systems cannot sync a folder and say so with EINVAL; there is nothing better to be had there.
    if (errorCode(error) !== 'EINVAL') throw error;
  } finally {
    await handle?.close();
  }
}

async function modeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && found.mode & 0o7777;
}
