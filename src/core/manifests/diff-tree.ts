import { createTwoFilesPatch } from 'diff';
import type { Hash } from './hash.ts';
import type { TreeFile } from './tree-file.ts';
import type { TreeMemory } from './tree-memory.ts';

/** What writing would do to each file of the tree. */
export type TreeChange = {
  readonly file: TreeFile;
  readonly state: 'new' | 'unchanged' | 'updated' | 'edited-by-operator';
  /** A unified diff from what is there to what would be written; absent where nothing differs, and for secrets always. */
  readonly difference?: string;
};

/**
 * `existing` holds the texts that are in the tree now, by path. A file that we wrote and nobody touched is updated; one that was
 * edited, or that we never wrote, is overwritten only after a yes. For secrets there is no digest to judge by: they always need it.
 */
export function diffTree(
  existing: ReadonlyMap<string, string>,
  wanted: readonly TreeFile[],
  lastWritten: TreeMemory,
  hash: Hash,
): readonly TreeChange[] {
  return wanted.map((file) => {
    const before = existing.get(file.path);
    if (before === undefined) return { file, state: 'new' };
    if (before === file.text) return { file, state: 'unchanged' };
    if (file.holdsSecrets === true) return { file, state: 'edited-by-operator' };
    const isOurs = Object.hasOwn(lastWritten, file.path) && lastWritten[file.path] === hash(before);
    const difference = createTwoFilesPatch(
      file.path,
      file.path,
      before,
      file.text,
      'as it is',
      'as it would be written',
    );
    return { file, state: isOurs ? 'updated' : 'edited-by-operator', difference };
  });
}
