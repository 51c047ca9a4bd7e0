import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { orion } from './orion.ts';

/** Where `KEEP_EVIDENCE` names a folder, what --save keeps of a fault goes there, once by each name: the beginning of a live scenario. */
export async function keepEvidence(name: string, args: readonly string[]): Promise<void> {
  const folder = process.env['KEEP_EVIDENCE'];
  if (folder === undefined) return;
  const file = join(folder, `${name}.yaml`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) await orion([...args, '--no-input', '--save', file]);
}
