import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileTrouble } from '../../../src/edges/files/file-trouble.ts';
import { systemFiles } from '../../../src/edges/files/system-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;

describe('writing', () => {
  test('makes the folders on the way, and leaves nothing else behind', async () => {
    await systemFiles.write(join(folder.path, 'a/b/c.yaml'), 'x: 1\n');
    expect(await readFile(join(folder.path, 'a/b/c.yaml'), 'utf8')).toBe('x: 1\n');
    expect(await readdir(join(folder.path, 'a/b'))).toEqual(['c.yaml']);
  });

  test.each([0o600, 0o644, 0o666])('gives exactly the mode asked for, whatever the umask (%i)', async (mode) => {
    // Workers may not change the umask of their process; one of 022 or stricter is what 0666 shows.
    await systemFiles.write(join(folder.path, 'secrets.env'), 'x', mode);
    expect(await modeOf(join(folder.path, 'secrets.env'))).toBe(mode);
  });

  test('keeps the mode of a file that is there', async () => {
    const path = join(folder.path, 'run.sh');
    await writeFile(path, 'old');
    await chmod(path, 0o750);
    await systemFiles.write(path, 'new');
    expect([await readFile(path, 'utf8'), await modeOf(path)]).toEqual(['new', 0o750]);
  });

  test('replaces what a link leads to, and keeps the link', async () => {
    await writeFile(join(folder.path, 'real.yaml'), 'old');
    await symlink('real.yaml', join(folder.path, 'link.yaml'));
    await systemFiles.write(join(folder.path, 'link.yaml'), 'new');
    expect((await lstat(join(folder.path, 'link.yaml'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder.path, 'real.yaml'), 'utf8')).toBe('new');
  });

  test('makes what a link leads to where there is nothing yet', async () => {
    await symlink('to/real.yaml', join(folder.path, 'link.yaml'));
    await systemFiles.write(join(folder.path, 'link.yaml'), 'new');
    expect(await readFile(join(folder.path, 'to/real.yaml'), 'utf8')).toBe('new');
  });

  test('a failed write leaves the old file and no temporary one', async () => {
    await mkdir(join(folder.path, 'taken/inside'), { recursive: true });
    await expect(systemFiles.write(join(folder.path, 'taken'), 'x')).rejects.toMatchObject({
      name: 'ExpectedStop',
      message: `Cannot write ${join(folder.path, 'taken')}: it is a folder, not a file.`,
    });
    expect(await readdir(folder.path)).toEqual(['taken']);
  });

  test('many writers at once leave one whole text', async () => {
    const path = join(folder.path, 'shared.json');
    const texts = Array.from({ length: 20 }, (_, which) => String(which).repeat(100_000));
    await Promise.all(texts.map((text) => systemFiles.write(path, text)));
    expect(texts).toContain(await readFile(path, 'utf8'));
  });
});

describe('reading', () => {
  test('what is not there is undefined, an empty list, and removed', async () => {
    expect(await systemFiles.read(join(folder.path, 'gone'))).toBeUndefined();
    expect(await systemFiles.list(join(folder.path, 'gone'))).toEqual([]);
    await systemFiles.remove(join(folder.path, 'gone'));
  });

  test('lists names in order', async () => {
    for (const name of ['b', 'a', 'C']) await writeFile(join(folder.path, name), '');
    expect(await systemFiles.list(folder.path)).toEqual(['C', 'a', 'b']);
  });

  test('removes a file', async () => {
    await writeFile(join(folder.path, 'a'), '');
    await systemFiles.remove(join(folder.path, 'a'));
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('says which path is wrong, and what to do', async () => {
    await writeFile(join(folder.path, 'file'), '');
    await expect(systemFiles.read(folder.path)).rejects.toMatchObject({
      name: 'ExpectedStop',
      message: expect.stringContaining(folder.path),
    });
    await expect(systemFiles.list(join(folder.path, 'file'))).rejects.toMatchObject({
      name: 'ExpectedStop',
      next: [expect.any(String)],
    });
  });
});

test.each(['EACCES', 'ENOSPC', 'EROFS'])('%s was foreseen', (code) => {
  expect(fileTrouble(Object.assign(new Error('x'), { code }), 'write', 'k8s/base')).toMatchObject({
    name: 'ExpectedStop',
    message: expect.stringMatching(/^Cannot write k8s\/base: /),
  });
});

test('an error that nobody foresaw stays as it is', () => {
  const error = Object.assign(new Error('x'), { code: 'EIO' });
  expect(fileTrouble(error, 'read', 'k8s')).toBe(error);
});
