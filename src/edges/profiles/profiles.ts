import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ExpectedStop } from '../../core/failure.ts';
import { type Profile, profileName, toProfile } from '../../core/profile.ts';
import { fileTrouble } from '../files/file-trouble.ts';
import { lockFolder } from '../files/folder-lock.ts';
import { systemFiles } from '../files/system-files.ts';

/** The profiles of this machine: one file each, `profiles/NAME.json`, and which one is used in `settings.json`. */
export type Profiles = {
  /** Names, sorted. */
  readonly list: () => Promise<readonly string[]>;
  readonly currentName: () => Promise<string | undefined>;
  /** The one that is used; undefined where none is chosen. */
  readonly current: () => Promise<Profile | undefined>;
  /** Throws ExpectedStop('usage') where there is none of that name (it lists those that are), or where its file is damaged. */
  readonly get: (name: string) => Promise<Profile>;
  readonly use: (name: string) => Promise<void>;
  /** The first one that is made becomes the one that is used. Throws ExpectedStop('usage') where the name is taken. */
  readonly create: (profile: Profile) => Promise<void>;
  /** Changes what is stored now, not what was read a while ago: of two runs at once neither loses what the other wrote. */
  readonly update: (name: string, change: (profile: Profile) => Profile) => Promise<Profile>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
};

/** How often the lock is tried, 20 ms apart: writing takes a few milliseconds. */
const tries = 100;

/** `folder` is where this tool's settings are (foldersOf). */
export function makeProfiles(folder: string): Profiles {
  const profiles = join(folder, 'profiles');
  const pathOf = (name: string) => join(profiles, `${name}.json`);

  const list = async () =>
    (await systemFiles.list(profiles))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length));

  const get = async (name: string): Promise<Profile> => {
    const isName = profileName.safeParse(name).success;
    const text = isName ? await systemFiles.read(pathOf(name)) : undefined;
    if (text === undefined) throw await unknown(name);
    // The file's name counts: a copy made by hand is a profile of its own.
    const stored = parsed(text, pathOf(name));
    return toProfile(typeof stored === 'object' && stored !== null ? { ...stored, name } : stored, pathOf(name));
  };

  const unknown = async (name: string) => {
    const names = await list();
    const next =
      names.length > 0 ? `There are: ${names.join(', ')}.` : 'There are none yet; "orion-setup setup" makes one.';
    return new ExpectedStop('usage', `There is no profile "${name}".`, [next]);
  };

  const refuseTaken = async (name: string) => {
    if ((await list()).includes(name)) {
      throw new ExpectedStop('usage', `There is a profile "${name}" already.`, [
        'Choose another name, or delete that one first.',
      ]);
    }
  };

  const currentName = async () => {
    const path = join(folder, 'settings.json');
    const text = await systemFiles.read(path);
    const { current } = (text === undefined ? {} : (parsed(text, path) ?? {})) as { readonly current?: unknown };
    return typeof current === 'string' ? current : undefined;
  };

  const choose = (name: string | undefined) => store(folder, 'settings', name === undefined ? {} : { current: name });
  const put = (profile: Profile) => store(profiles, profile.name, toProfile(profile, `the profile "${profile.name}"`));

  return {
    list,
    get,
    currentName,
    current: async () => {
      const name = await currentName();
      return name === undefined ? undefined : await get(name);
    },
    use: (name) =>
      locked(folder, async () => {
        await get(name);
        // Read before it is written: damaged settings are the operator's to mend, not ours to replace.
        await currentName();
        await choose(name);
      }),
    create: (profile) =>
      locked(folder, async () => {
        const checked = toProfile(profile, `the profile "${profile.name}"`);
        await refuseTaken(checked.name);
        const current = await currentName();
        await put(checked);
        if (current === undefined) await choose(checked.name);
      }),
    update: (name, change) =>
      locked(folder, async () => {
        const changed = { ...change(await get(name)), name };
        await put(changed);
        return changed;
      }),
    rename: (from, to) =>
      locked(folder, async () => {
        const profile = await get(from);
        await refuseTaken(to);
        const current = await currentName();
        await put({ ...profile, name: to });
        if (current === from) await choose(to);
        await rm(pathOf(from), { force: true });
      }),
    remove: (name) =>
      locked(folder, async () => {
        if (!(await list()).includes(name)) throw await unknown(name);
        if ((await currentName()) === name) await choose(undefined);
        await rm(pathOf(name), { force: true });
      }),
  };
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ExpectedStop(
      'usage',
      `${path} is damaged: ${error instanceof Error ? error.message : String(error)}. It was left as it is.`,
      ['Mend it by hand, or move it away and import the profile again.'],
      { cause: error },
    );
  }
}

/**
 * Writes by conf, imported only here: reading needs nothing of it. conf would add `-nodejs` to its folder and write files that
 * everybody may read; folder, suffix and mode are therefore all given.
 */
async function store(folder: string, name: string, value: object): Promise<void> {
  const { default: Conf } = await import('conf');
  try {
    const conf = new Conf({
      cwd: folder,
      configName: name,
      projectName: 'orion-setup',
      projectSuffix: '',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
    });
    conf.store = { ...value };
  } catch (error) {
    throw fileTrouble(error, 'write', join(folder, `${name}.json`));
  }
}

/** Runs `work` while no other run writes here; waits for one that does. */
async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    await mkdir(join(folder, 'profiles'), { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    await using _ = await lockSoon(folder, tries);
    return await work();
  } catch (error) {
    throw fileTrouble(error, 'write', folder);
  }
}

async function lockSoon(folder: string, left: number): Promise<AsyncDisposable> {
  try {
    return await lockFolder(folder);
  } catch (error) {
    if (left === 0 || !(error instanceof ExpectedStop)) throw error;
  }
  await setTimeout(20);
  return await lockSoon(folder, left - 1);
}
