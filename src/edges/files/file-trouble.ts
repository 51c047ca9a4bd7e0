import { ExpectedStop } from '../../core/failure.ts';

const words: Readonly<Record<string, readonly [what: string, next: string]>> = {
  EACCES: ['permission denied', 'Give this user the right to it, or name another place.'],
  EPERM: ['not permitted', 'Give this user the right to it, or name another place.'],
  EROFS: ['the file system is read-only', 'Name a place that can be written to.'],
  ENOSPC: [
    'no space is left on the device',
    'Free some space and run the same command again; the old file is untouched.',
  ],
  EDQUOT: ['the disk quota is used up', 'Free some space and run the same command again; the old file is untouched.'],
  EISDIR: ['it is a folder, not a file', 'Name a file.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Name a path whose folders are folders.'],
  ELOOP: ['its symbolic links run in a circle', 'Mend the links, or name another place.'],
  ENAMETOOLONG: ['the name is too long', 'Name a shorter path.'],
};

/** What an error of the file system means to the operator; anything not foreseen comes back as it is, a fault of ours. */
export function fileTrouble(error: unknown, doing: 'read' | 'write' | 'remove', path: string): unknown {
  const known = words[errorCode(error)];
  if (!known) return error;
  const [what, next] = known;
  return new ExpectedStop('usage', `Cannot ${doing} ${path}: ${what}.`, [next], { cause: error });
}

/** The code of a system error, as `ENOENT`, or the empty text. */
export function errorCode(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}
