import { textMapAt } from '../kubernetes/field.ts';
import type { Hash } from './hash.ts';
import type { TreeFile } from './tree-file.ts';
import { writtenBy } from './tree-yaml.ts';

/** What we last wrote, by path relative to the tree: SHA-256 in hex. Kept in the tree, so that a colleague's machine knows it too. */
export type TreeMemory = Readonly<Record<string, string>>;

export const memoryPath = '.orion-setup.json';

/** A file that cannot be read is no memory: then everything that differs counts as the operator's, which is the safe side. */
export function parseMemory(text: string | undefined): TreeMemory {
  try {
    return textMapAt(JSON.parse(text ?? '{}'), 'files');
  } catch {
    return {};
  }
}

/** What to remember once `written` stands in the tree (written now, or found unchanged): others keep their digest. Never one of secrets. */
export function memoryAfter(before: TreeMemory, written: readonly TreeFile[], hash: Hash): TreeMemory {
  const own = written.filter(({ path, holdsSecrets }) => holdsSecrets !== true && path !== memoryPath);
  return { ...before, ...Object.fromEntries(own.map(({ path, text }) => [path, hash(text)])) };
}

export function memoryFile(memory: TreeMemory): TreeFile {
  const files = Object.fromEntries(Object.entries(memory).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const document = {
    about: `${writtenBy} This file is how it knows.`,
    apiVersion: 'orion-setup/v1',
    kind: 'TreeMemory',
    files,
  };
  return { path: memoryPath, text: `${JSON.stringify(document, null, 2)}\n`, mode: 0o644 };
}
