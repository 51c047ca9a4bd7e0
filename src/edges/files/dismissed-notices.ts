import { join } from 'node:path';
import { z } from 'zod';
import { systemFiles } from './system-files.ts';

const schema = z.object({ dismissed: z.array(z.string()) });

/** Notices that the operator does not want to see again, kept in the state folder. A file that cannot be read says nothing. */
export async function dismissedNotices(folder: string): Promise<readonly string[]> {
  const text = await systemFiles.read(pathIn(folder));
  if (text === undefined) return [];
  try {
    return schema.parse(JSON.parse(text)).dismissed;
  } catch {
    return [];
  }
}

export async function dismissNotices(folder: string, ids: readonly string[]): Promise<void> {
  const all = [...new Set([...(await dismissedNotices(folder)), ...ids])].toSorted();
  await systemFiles.write(pathIn(folder), `${JSON.stringify({ dismissed: all }, null, 2)}\n`, 0o600);
}

const pathIn = (folder: string): string => join(folder, 'notices.json');
