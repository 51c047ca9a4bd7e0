import { chmod, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Profile } from '../../../src/core/profile.ts';
import { makeProfiles, type Profiles } from '../../../src/edges/profiles/profiles.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

const named = (name: string): Profile => ({ version: 1, name, domain: 'example.org', environments: {} });

let root: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
let profiles: Profiles;
beforeEach(async () => {
  root = await temporaryFolder();
  folder = join(root.path, 'orion-setup');
  profiles = makeProfiles(folder);
});
afterEach(() => root[Symbol.asyncDispose]());

const state = async () => [await profiles.list(), await profiles.currentName()];
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test('at first there are none, and looking makes nothing', async () => {
  expect(await state()).toEqual([[], undefined]);
  expect(await profiles.current()).toBeUndefined();
  expect(await readdir(root.path)).toEqual([]);
});

test('the first one is used, until another one is chosen', async () => {
  await profiles.create(named('one'));
  await profiles.create(named('two'));
  expect(await state()).toEqual([['one', 'two'], 'one']);
  await profiles.use('two');
  expect(await profiles.current()).toEqual(named('two'));
});

test('renaming and removing keep what is used right', async () => {
  await profiles.create(named('one'));
  await profiles.create(named('two'));
  await profiles.rename('one', 'uno');
  expect(await state()).toEqual([['two', 'uno'], 'uno']);
  expect(await profiles.get('uno')).toEqual(named('uno'));
  await profiles.rename('two', 'duo');
  expect(await state()).toEqual([['duo', 'uno'], 'uno']);
  await profiles.remove('uno');
  expect(await state()).toEqual([['duo'], undefined]);
});

test('files are the operator’s alone, in a folder without a suffix', async () => {
  await mkdir(folder);
  await chmod(folder, 0o755);
  await profiles.create(named('one'));
  expect(await readdir(root.path)).toEqual(['orion-setup']);
  expect(await readdir(folder)).toEqual(['profiles', 'settings.json']);
  expect(await readdir(join(folder, 'profiles'))).toEqual(['one.json']);
  expect(await modeOf(folder)).toBe(0o700);
  expect(await modeOf(join(folder, 'profiles'))).toBe(0o700);
  expect(await modeOf(join(folder, 'settings.json'))).toBe(0o600);
  expect(await modeOf(join(folder, 'profiles/one.json'))).toBe(0o600);
});

test('a copy made by hand is a profile of its own', async () => {
  await profiles.create(named('one'));
  await copyFile(join(folder, 'profiles/one.json'), join(folder, 'profiles/copy.json'));
  expect(await profiles.get('copy')).toEqual(named('copy'));
});

test('what a newer write leaves out is gone from the file', async () => {
  await profiles.create({ ...named('one'), email: 'ops@example.org' });
  await profiles.update('one', ({ email: _, ...rest }) => rest);
  expect(JSON.parse(await readFile(join(folder, 'profiles/one.json'), 'utf8'))).toEqual(named('one'));
});

test('of many writers at once none loses what another wrote', async () => {
  await profiles.create({ ...named('one'), allowFromNamespaces: [] });
  const wanted = Array.from({ length: 12 }, (_, which) => `ns-${which}`);
  await Promise.all(
    wanted.map((namespace) =>
      makeProfiles(folder).update('one', (now) => ({
        ...now,
        allowFromNamespaces: [...(now.allowFromNamespaces ?? []), namespace],
      })),
    ),
  );
  expect((await profiles.get('one')).allowFromNamespaces?.toSorted()).toEqual(wanted.toSorted());
});

describe('what is refused', () => {
  beforeEach(() => profiles.create(named('one')));

  test.each<[string, (all: Profiles) => Promise<unknown>]>([
    ['reading', (all) => all.get('none')],
    ['using', (all) => all.use('none')],
    ['renaming', (all) => all.rename('none', 'some')],
    ['removing', (all) => all.remove('none')],
    ['updating', (all) => all.update('none', (now) => now)],
  ])('%s one that is not there, with a list of those that are', async (_, act) => {
    await expect(act(profiles)).rejects.toMatchObject({
      reason: 'usage',
      message: 'There is no profile "none".',
      next: ['There are: one.'],
    });
  });

  test.each<[string, (all: Profiles) => Promise<unknown>]>([
    ['creating', (all) => all.create(named('one'))],
    ['renaming', (all) => all.rename('two', 'one')],
  ])('%s one under a name that is taken', async (_, act) => {
    await profiles.create(named('two'));
    await expect(act(profiles)).rejects.toMatchObject({
      reason: 'usage',
      message: 'There is a profile "one" already.',
    });
    expect(await profiles.list()).toEqual(['one', 'two']);
  });

  test('a name that is a path', async () => {
    await writeFile(join(folder, 'outside.json'), JSON.stringify(named('outside')));
    await expect(profiles.get('../outside')).rejects.toMatchObject({ message: 'There is no profile "../outside".' });
    await expect(profiles.rename('one', '../escaped')).rejects.toMatchObject({ reason: 'usage' });
    expect(await readdir(folder)).toEqual(['outside.json', 'profiles', 'settings.json']);
  });

  test('a secret that somebody planted, in the file or in an update', async () => {
    const path = join(folder, 'profiles/one.json');
    await expect(profiles.update('one', (now) => ({ ...now, password: 's3cret' }))).rejects.toMatchObject({
      message: expect.stringContaining('"password"'),
    });
    expect(await readFile(path, 'utf8')).not.toContain('s3cret');
    await writeFile(path, JSON.stringify({ ...named('one'), password: 's3cret' }));
    await expect(profiles.get('one')).rejects.toMatchObject({
      reason: 'usage',
      message: expect.stringContaining('"password"'),
    });
  });
});

describe('a damaged file', () => {
  const damaged = '{"version": 1, "name": "o';

  test.each(['profiles/one.json', 'settings.json'])('%s is named and left as it is', async (file) => {
    await profiles.create(named('one'));
    await writeFile(join(folder, file), damaged);
    for (const act of [() => profiles.current(), () => profiles.use('one'), () => profiles.rename('one', 'two')]) {
      await expect(act()).rejects.toMatchObject({
        reason: 'usage',
        message: expect.stringContaining(join(folder, file)),
      });
    }
    expect(await readFile(join(folder, file), 'utf8')).toBe(damaged);
    expect(await profiles.list()).toEqual(['one']);
  });

  test('does not hide the others', async () => {
    await mkdir(join(folder, 'profiles'), { recursive: true });
    await writeFile(join(folder, 'profiles/bad.json'), damaged);
    await profiles.create(named('good'));
    expect(await profiles.list()).toEqual(['bad', 'good']);
    expect(await profiles.get('good')).toEqual(named('good'));
  });
});
