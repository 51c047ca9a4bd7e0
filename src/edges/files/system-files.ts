import { mkdir, readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Files } from '../../core/outside/files.ts';
import { writeWhole } from './atomic-write.ts';
import { errorCode, fileTrouble } from './file-trouble.ts';

/** The operator's own files. What can be foreseen (no right, no space, a folder in the way) is an ExpectedStop that names the path. */
export const systemFiles: Files = {
  read: async (path) => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw fileTrouble(error, 'read', path);
    }
  },

  write: async (path, text, mode) => {
    try {
      const target = await behindLinks(path);
      await mkdir(dirname(target), { recursive: true });
      await writeWhole(target, text, mode);
    } catch (error) {
      throw fileTrouble(error, 'write', path);
    }
  },

  list: async (folder) => {
    try {
      return (await readdir(folder)).toSorted();
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw fileTrouble(error, 'read', folder);
    }
  },

  remove: async (path) => {
    try {
      await rm(path, { force: true });
    } catch (error) {
      throw fileTrouble(error, 'remove', path);
    }
  },
};

/** A link stays a link when it is written to: what it leads to is replaced, or made where it leads to nothing yet. */
async function behindLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    const target = await readlink(path).catch(() => undefined);
    return target === undefined ? path : resolve(dirname(path), target);
  }
}
