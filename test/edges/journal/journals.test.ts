import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../../src/core/journal.ts';
import { stateOf } from '../../../src/core/journal-state.ts';
import { makeJournals } from '../../../src/edges/journal/journals.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

const at = '2026-11-23T05:00:00.000Z';
const given = {
  at,
  by: { localUser: 'ops', kubernetesUser: 'ops@example.org' },
  cluster: { context: 'my-cluster', server: 'https://192.0.2.1:6443', uid: 'u-1', caFingerprint: null },
  namespace: 'orion-staging',
  command: 'setup',
  title: 'Apply the manifests',
  profile: 'default',
};
const change = {
  do: 'delete',
  ref: { apiVersion: 'v1', kind: 'Pod', namespace: 'orion-staging', name: 'a' },
  uid: 'p-1',
} as const;
const rest: readonly Exclude<JournalRecord, { record: 'begun' }>[] = [
  { record: 'intent', n: 1, at, change, inverse: { cannot: 'a pod that is gone is gone' } },
  { record: 'sent', n: 1, at, ok: true },
  { record: 'seen', n: 1, at },
  { record: 'verified', at, ok: true, because: 'it is gone' },
  { record: 'closed', at },
];

let root: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
beforeEach(async () => {
  root = await temporaryFolder();
  folder = join(root.path, 'state', 'journal');
});
afterEach(() => root[Symbol.asyncDispose]());

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test('what is appended is read back, and nobody else can read it', async () => {
  const journals = makeJournals({ folder });
  const journal = await journals.begin(given);
  for (const record of rest) await journal.append(record);
  expect(journal.id).toMatch(/^[a-z2-7]{6}$/);
  expect(await journals.read(journal.id)).toEqual({
    records: [
      {
        record: 'begun',
        id: journal.id,
        salt: expect.stringMatching(/^[0-9a-f]{32}$/),
        ...given,
        process: { pid: process.pid, host: hostname() },
      },
      ...rest,
    ],
    isTorn: false,
    damaged: [],
  });
  expect([await modeOf(folder), await modeOf(join(folder, `${journal.id}.jsonl`))]).toEqual([0o700, 0o600]);
});

test('each record is on disk before it is reported as written', async () => {
  const lines: number[] = [];
  const journals = makeJournals({
    folder,
    written: () => {
      const [file = ''] = spawnSync('ls', [folder], { encoding: 'utf8' }).stdout.split('\n');
      lines.push(spawnSync('cat', [join(folder, file)], { encoding: 'utf8' }).stdout.split('\n').length - 1);
    },
  });
  const journal = await journals.begin(given);
  for (const record of rest) await journal.append(record);
  expect(lines).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a kill in the middle of a line is mended by the next run, which goes on', async () => {
  const journals = makeJournals({ folder });
  const first = await journals.begin(given);
  for (const record of rest.slice(0, 2)) await first.append(record);
  const path = join(folder, `${first.id}.jsonl`);
  await truncate(path, (await readFile(path)).length - 10);
  expect(await journals.read(first.id)).toMatchObject({ isTorn: true });

  const second = await journals.resume(first.id);
  for (const record of rest.slice(2)) await second?.append(record);
  const journal = await journals.read(first.id);
  expect(journal).toMatchObject({ isTorn: false, damaged: [] });
  expect(journal && stateOf(journal)).toEqual({ is: 'verified', because: 'it is gone' });
});

test('fingerprints compare within a journal, and after a resume, but not between journals', async () => {
  const journals = makeJournals({ folder });
  const [one, other] = [await journals.begin(given), await journals.begin(given)];
  expect(one.fingerprint('s3cret')).toBe((await journals.resume(one.id))?.fingerprint('s3cret'));
  expect(one.fingerprint('s3cret')).not.toBe(one.fingerprint('s3cres'));
  expect(one.fingerprint('s3cret')).not.toBe(other.fingerprint('s3cret'));
  expect(one.fingerprint('s3cret')).not.toContain('s3cret');
});

test('the list has the newest first, and leaves out what is no journal', async () => {
  const journals = makeJournals({ folder });
  expect(await journals.list()).toEqual([]);
  const old = await journals.begin(given);
  const recent = await journals.begin({ ...given, at: '2026-11-24T05:00:00.000Z' });
  await writeFile(join(folder, 'notes.txt'), '');
  await writeFile(join(folder, 'aaaaaa.jsonl'), '{"record":"beg');
  expect((await journals.list()).map(({ id }) => id)).toEqual([recent.id, old.id, 'aaaaaa']);
});

test.each([
  ['another process that is there', { pid: process.ppid, host: hostname() }, process.ppid],
  ['another process that is gone', { pid: spawnSync('true').pid, host: hostname() }, undefined],
  ['this process', { pid: process.pid, host: hostname() }, undefined],
  ['a process of another machine', { pid: process.ppid, host: 'elsewhere' }, undefined],
])('of %s that began it, the journal says that it runs: %o, %s', async (_, by, running) => {
  const { id } = await makeJournals({ folder }).begin(given);
  const path = join(folder, `${id}.jsonl`);
  const own = JSON.stringify({ pid: process.pid, host: hostname() });
  await writeFile(path, (await readFile(path, 'utf8')).replace(own, JSON.stringify(by)));
  expect((await makeJournals({ folder }).read(id))?.running).toBe(running);
  expect((await makeJournals({ folder }).list()).map((journal) => journal.running)).toEqual([running]);
});

test.each(['nobody', '../outside', 'zzzzzz'])('there is no journal "%s"', async (id) => {
  const journals = makeJournals({ folder });
  const { id: real } = await journals.begin(given);
  await copyFile(join(folder, `${real}.jsonl`), join(folder, '..', 'outside.jsonl'));
  expect(await journals.read(id)).toBeUndefined();
  expect(await journals.resume(id)).toBeUndefined();
});

describe('the lock', () => {
  const deadPid = () => spawnSync('true').pid;
  const lockOf = (holder: object, name = 'lock') =>
    mkdir(folder, { recursive: true }).then(() => writeFile(join(folder, name), JSON.stringify(holder)));

  test('lets one in, and the next one after it', async () => {
    const journals = makeJournals({ folder });
    {
      await using _ = await journals.lock();
      await expect(journals.lock()).rejects.toMatchObject({
        name: 'ExpectedStop',
        reason: 'refused',
        message: expect.stringContaining(`process ${process.pid}`),
      });
    }
    await using _ = await journals.lock();
    expect(await readdir(folder)).toEqual(['lock']);
  });

  test('of a process that was killed is taken over, by exactly one of many, however often', async () => {
    const dead = { pid: deadPid(), host: hostname() };
    for (const _ of Array(100).keys()) {
      await lockOf(dead);
      const tries = await Promise.allSettled(Array.from({ length: 20 }, () => makeJournals({ folder }).lock()));
      const taken = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(taken).toHaveLength(1);
      for (const one of tries) if (one.status === 'rejected') expect(one.reason).toMatchObject({ reason: 'refused' });
      expect(await readdir(folder)).toEqual(['lock']);
      await taken[0]?.[Symbol.asyncDispose]();
    }
  });

  test('of another machine is not judged from here', async () => {
    await lockOf({ pid: deadPid(), host: 'elsewhere' });
    await expect(makeJournals({ folder }).lock()).rejects.toMatchObject({
      reason: 'refused',
      next: [expect.any(String), expect.stringContaining(join(folder, 'lock'))],
    });
  });

  test('is taken over also where a takeover, and the takeover of that, was itself killed', async () => {
    const dead = { pid: deadPid(), host: hostname() };
    for (const name of ['lock', 'lock.takeover', 'lock.takeover.takeover']) await lockOf(dead, name);
    await using _ = await makeJournals({ folder }).lock();
    expect(await readdir(folder)).toEqual(['lock']);
  });

  test('that cannot be read is told, and left', async () => {
    await mkdir(join(folder, 'lock'), { recursive: true });
    await expect(makeJournals({ folder }).lock()).rejects.toMatchObject({
      name: 'ExpectedStop',
      message: `Cannot write ${join(folder, 'lock')}: it is a folder, not a file.`,
    });
    expect(await readdir(folder)).toEqual(['lock']);
  });

  test('whose contents were lost with the power holds nobody up', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'lock'), '');
    await using _ = await makeJournals({ folder }).lock();
    expect(await readFile(join(folder, 'lock'), 'utf8')).toContain(`${process.pid}`);
  });
});
