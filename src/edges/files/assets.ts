import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of this package, found upwards from this very file: it stands in src/ under test and in a chunk of dist/ once built.
 * Throws where there is none, which would be a broken installation.
 */
export function packageRoot(from: string = fileURLToPath(import.meta.url)): string {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json above ${from}`);
  }
}

/** The text of a file that is shipped with this tool, by its path in the package: `templates/…`, `runbooks/…`. */
export async function readAsset(path: string): Promise<string> {
  return await readFile(join(packageRoot(), path), 'utf8');
}
