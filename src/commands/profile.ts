import { resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { formatProfile, type Profile, parseProfile } from '../core/profile.ts';
import { profileList, profileReport } from '../core/report/profile-report.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import { makeProfiles, type Profiles } from '../edges/profiles/profiles.ts';
import { profileLines, profileTable } from '../views/plain/profile-lines.ts';
import { printDocument } from './document.ts';
import { foldersFor } from './place.ts';

/** `orion-setup profile list|show|use|create|rename|delete|export|import`. */
export async function run({ words, options }: Invocation, io: Io): Promise<number> {
  const [verb = 'list', ...names] = words;
  const act = verbs[verb];
  if (act === undefined)
    throw new ExpectedStop('usage', `profile knows ${Object.keys(verbs).join(', ')}, not "${verb}".`, [
      'orion-setup profile list',
    ]);
  if (names.length > act.most) throw new ExpectedStop('usage', `profile ${verb} takes ${act.takes}.`);
  return await act.run({ profiles: makeProfiles(foldersFor(io).config), names, options, io });
}

type Call = {
  readonly profiles: Profiles;
  readonly names: readonly string[];
  readonly options: Invocation['options'];
  readonly io: Io;
};
type Verb = { readonly takes: string; readonly most: number; readonly run: (call: Call) => Promise<number> };

const verbs: Readonly<Record<string, Verb>> = {
  list: { takes: 'no name', most: 0, run: list },
  show: { takes: 'a name, or none for the one in use', most: 1, run: show },
  use: {
    takes: 'a name',
    most: 1,
    run: (call) => done(call, call.profiles.use(must(call, 0, 'use')), `In use: ${must(call, 0, 'use')}`),
  },
  create: { takes: 'a name', most: 1, run: create },
  rename: {
    takes: 'the old name and the new one',
    most: 2,
    run: (call) =>
      done(
        call,
        call.profiles.rename(must(call, 0, 'rename'), must(call, 1, 'rename')),
        `Renamed: ${call.names[0]} is ${call.names[1]} now`,
      ),
  },
  delete: { takes: 'a name', most: 1, run: remove },
  export: { takes: 'a name, or none for the one in use', most: 1, run: write },
  import: { takes: 'a file, or - for standard input', most: 1, run: take },
};

const isDocument = ({ options }: Call): boolean => options.output !== undefined && options.output !== 'text';

function must({ names }: Call, place: number, verb: string): string {
  const name = names[place];
  if (name === undefined)
    throw new ExpectedStop('usage', `profile ${verb} takes ${verbs[verb]?.takes}.`, ['orion-setup profile list']);
  return name;
}

async function done(call: Call, work: Promise<unknown>, said: string): Promise<number> {
  await work;
  if (isDocument(call)) return await list(call);
  call.io.out(`${said}.\n`);
  return 0;
}

async function list(call: Call): Promise<number> {
  const { profiles, options, io } = call;
  const names = await profiles.list();
  const current = (await profiles.currentName()) ?? null;
  const all = await Promise.all(names.map((name) => profiles.get(name)));
  if (isDocument(call)) printDocument(io, options.output, profileList(all, current, io.version));
  else io.out(profileTable(all, current));
  return 0;
}

/** The profile named, else the one in use. */
async function chosen({ profiles, names, options }: Call): Promise<Profile> {
  const name = names[0] ?? options.profile;
  const profile = name === undefined ? await profiles.current() : await profiles.get(name);
  if (profile === undefined)
    throw new ExpectedStop('usage', 'There is no profile in use.', ['orion-setup profile list', 'orion-setup setup']);
  return profile;
}

async function show(call: Call): Promise<number> {
  const profile = await chosen(call);
  if (isDocument(call)) printDocument(call.io, call.options.output, profileReport(profile, call.io.version));
  else call.io.out(profileLines(profile));
  return 0;
}

async function create(call: Call): Promise<number> {
  const name = must(call, 0, 'create');
  return await done(
    call,
    call.profiles.create({ version: 1, name, environments: {} }),
    `Created: ${name}. orion-setup setup --profile ${name} fills it`,
  );
}

/** Only what this machine remembers goes; the clusters and the manifests stay. It cannot be taken back, so it is asked for twice. */
async function remove(call: Call): Promise<number> {
  const name = must(call, 0, 'delete');
  const { options, profiles } = call;
  await profiles.get(name);
  if (options.yes !== true && !(options.confirm ?? []).includes(name)) {
    throw new ExpectedStop(
      'refused',
      `Profile ${name} was not deleted: it cannot be taken back, so it needs your word.`,
      [
        `Keep a copy: orion-setup profile export ${name} > ${name}.yaml`,
        `orion-setup profile delete ${name} --confirm ${name}`,
      ],
    );
  }
  return await done(call, profiles.remove(name), `Deleted: ${name}. Nothing in any cluster was changed`);
}

async function write(call: Call): Promise<number> {
  call.io.out(formatProfile(await chosen(call), call.options.output === 'json' ? 'json' : 'yaml'));
  return 0;
}

async function take(call: Call): Promise<number> {
  const { io, options, profiles } = call;
  const file = must(call, 0, 'import');
  const text = file === '-' ? await textOf(process.stdin) : await systemFiles.read(resolve(io.cwd, file));
  if (text === undefined) throw new ExpectedStop('usage', `There is no file ${file}.`);
  const read = parseProfile(text, file);
  const profile = options.profile === undefined ? read : { ...read, name: options.profile };
  return await done(call, profiles.create(profile), `Imported: ${profile.name}`);
}
