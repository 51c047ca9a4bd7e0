import { diffTree } from '../../core/manifests/diff-tree.ts';
import { shippedBase } from '../../core/manifests/shipped-base.ts';
import { treeFiles } from '../../core/manifests/tree.ts';
import { memoryAfter, memoryFile, memoryPath, parseMemory } from '../../core/manifests/tree-memory.ts';
import type { TreeFacts } from '../../core/setup/effect.ts';
import type { Settings } from '../../core/setup/settings.ts';
import type { SetupPorts } from './ports.ts';

/** Writes the operator's tree. What they edited stays; secrets.env is not this function's. */
export async function writeTree(ports: SetupPorts, settings: Settings, overwrite: boolean): Promise<TreeFacts> {
  const { tree } = settings;
  const wanted = treeFiles(shippedBase, settings, {});
  const memory = parseMemory(await ports.files.read(`${tree}/${memoryPath}`));
  const texts = await Promise.all(
    wanted.map(async ({ path }) => [path, await ports.files.read(`${tree}/${path}`)] as const),
  );
  const existing = new Map(texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
  const changes = diffTree(existing, wanted, memory, ports.hash);

  const write = changes.filter(
    ({ state }) => state === 'new' || state === 'updated' || (overwrite && state === 'edited-by-operator'),
  );
  for (const { file } of write) await ports.files.write(`${tree}/${file.path}`, file.text, file.mode);
  const ours = changes
    .filter((change) => change.state === 'unchanged' || write.includes(change))
    .map(({ file }) => file);
  const after = memoryFile(memoryAfter(memory, ours, ports.hash));
  if ((await ports.files.read(`${tree}/${memoryPath}`)) !== after.text)
    await ports.files.write(`${tree}/${after.path}`, after.text, after.mode);

  const changed = overwrite ? [] : changes.filter(({ state }) => state === 'edited-by-operator');
  return {
    written: write.map(({ file }) => file.path),
    changed: changed.map(({ file, difference }) => ({ file: file.path, diff: difference ?? '' })),
    // What only people read does not change what is applied.
    edited: changed.some(({ file }) => file.path.endsWith('.yaml')),
  };
}
