import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot, readAsset } from './assets.ts';

/** The prose of a cause, as Markdown: the file CODE.md beside its detector. */
export async function causeProse(code: string): Promise<string> {
  for await (const path of glob(`runbooks/*/*/${code}.md`, { cwd: packageRoot() })) return readAsset(join(path));
  throw new Error(`no prose for ${code}`);
}
