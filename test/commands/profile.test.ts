import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Options } from '../../src/cli/options.ts';
import { run } from '../../src/commands/profile.ts';
import { ExpectedStop } from '../../src/core/failure.ts';
import { profileListSchema, profileReportSchema } from '../../src/core/report/profile-report.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'orion-profile-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function profile(words: string, options: Options = {}): Promise<string> {
  let out = '';
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: () => {},
    env: { HOME: home, XDG_CONFIG_HOME: join(home, 'config') },
    stdinIsTty: false,
    stdoutIsTty: false,
    columns: 80,
    cwd: home,
    version: '0.0.0',
    signal: new AbortController().signal,
  };
  expect(await run({ words: words === '' ? [] : words.split(' '), options }, io)).toBe(0);
  return out;
}

const refusal = async (words: string): Promise<ExpectedStop> => {
  const error = await profile(words).catch((thrown: unknown) => thrown);
  if (!(error instanceof ExpectedStop)) throw new Error(`no stop: ${String(error)}`);
  return error;
};

describe('profile', () => {
  it('makes, uses, renames, and deletes after a word', async () => {
    expect(await profile('')).toContain('no profiles yet');
    expect(await profile('create eu')).toContain('Created: eu');
    await profile('create us');
    expect(await profile('list')).toBe('eu  not set up yet  (in use)\nus  not set up yet\n');
    await profile('use us');
    await profile('rename us apac');
    expect(await profile('list')).toContain('apac  not set up yet  (in use)');
    expect((await refusal('delete apac')).reason).toBe('refused');
    expect(await profile('delete apac', { confirm: ['apac'] })).toContain('Nothing in any cluster was changed');
    expect(await profile('list')).toBe('eu  not set up yet\n');
  });

  it('as documents', async () => {
    await profile('create eu');
    expect(profileListSchema.parse(JSON.parse(await profile('list', { output: 'json' })))).toMatchObject({
      current: 'eu',
      items: [{ name: 'eu' }],
    });
    expect(profileReportSchema.parse(JSON.parse(await profile('show', { output: 'json' })))).toMatchObject({
      kind: 'Profile',
      profile: { name: 'eu' },
    });
  });

  it('goes out and comes in again under another name; what is none is refused', async () => {
    await profile('create eu');
    await writeFile(join(home, 'eu.yaml'), await profile('export eu'));
    expect(await profile('import eu.yaml', { profile: 'copy' })).toBe('Imported: copy.\n');
    await writeFile(join(home, 'bad.yaml'), 'version: 1\nname: x\nenvironments: {}\njwtSecret: planted\n');
    const stop = await refusal('import bad.yaml');
    expect(stop.message).toContain('jwtSecret');
    expect(stop.message).not.toContain('planted');
  });

  it.each(['dance', 'use', 'rename eu', 'show a b', 'import'])('%s is a usage error', async (words) => {
    expect((await refusal(words)).reason).toBe('usage');
  });
});
