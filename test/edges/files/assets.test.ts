import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot, readAsset } from '../../../src/edges/files/assets.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('the package is found from its sources', async () => {
  expect(JSON.parse(await readAsset('package.json'))).toMatchObject({ name: 'orion-setup' });
});

test('the package is found from a chunk of the build', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'lib/orion-setup/dist/chunks'), { recursive: true });
  await writeFile(join(folder.path, 'package.json'), '{}');
  await writeFile(join(folder.path, 'lib/orion-setup/package.json'), '{}');
  expect(packageRoot(join(folder.path, 'lib/orion-setup/dist/chunks/files-AB12.js'))).toBe(
    join(folder.path, 'lib/orion-setup'),
  );
});
