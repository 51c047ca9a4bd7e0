import { dirname, resolve } from 'node:path';
import type { Invocation } from '../cli/invocation.ts';
import { fromFolder, type Prefilled, prefilledBy, readAnswers } from '../core/answers.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { give } from '../core/setup/journey.ts';
import { checkedBeforehand } from '../core/setup/prefilled.ts';
import { fromSaved, savedSchema } from '../core/setup/saved.ts';
import { type EnvironmentName, environmentNames } from '../core/setup/settings.ts';
import { type Journey, setOut, suggesting, type Wants } from '../core/setup/state.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import { makeProfiles } from '../edges/profiles/profiles.ts';
import { foldersFor } from './place.ts';
import { savedPath } from './setup-ports.ts';
import { answersOf } from './setup-profile.ts';
import type { SetupWorld } from './setup-world.ts';

export type Start = {
  readonly journey: Journey;
  /** Whose answers are kept, until the journey names another. */
  readonly profile: string;
  readonly secretsFiles: Prefilled['secretsFiles'];
};

/** Where a run begins: what an earlier one kept, else the profile; over it the answers file, over that the options. */
export async function startOf(
  invocation: Invocation,
  io: Io,
  { suggests }: Pick<SetupWorld, 'suggests'> = {},
): Promise<Start> {
  const { options } = invocation;
  const wants: Wants = { ...wantsOf(invocation), ...(suggests === undefined ? {} : { madeUpSecrets: true }) };
  const prefilled = await answersIn(options.answers, io);
  const bundles = await caBundles(prefilled, io);
  const answers: Record<string, string | readonly string[]> = {
    ...prefilled.answers,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  };
  // --context is for the environment that is asked for; with both, for both.
  if (options.context !== undefined)
    for (const name of wants.environments) answers[`context.${name}`] = options.context;
  const { given, problems } = checkedBeforehand({ answers }, bundles);
  if (problems.length > 0)
    throw new ExpectedStop(
      'usage',
      `Some answers cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );

  const { journey: kept, profile } = await earlier(options.profile, wants, io);
  const journey = suggests === undefined ? kept : suggesting(kept, suggests.answers);
  return {
    journey: given.reduce((now, { id, step, value }) => give(now, id, step, value), journey),
    profile,
    secretsFiles: prefilled.secretsFiles,
  };
}

function wantsOf({ options }: Pick<Invocation, 'options'>): Wants {
  const { env } = options;
  if (env !== undefined && !environmentNames.includes(env as EnvironmentName)) {
    throw new ExpectedStop('usage', `--env is staging or production, not "${env}".`);
  }
  return {
    environments: env === undefined ? environmentNames : [env as EnvironmentName],
    ...(options['override-gate'] === undefined ? {} : { overrideGate: options['override-gate'] }),
  };
}

async function answersIn(file: string | undefined, io: Io): Promise<Prefilled> {
  if (file === undefined) return { answers: {}, secretsFiles: {}, caBundleFiles: {} };
  const path = resolve(io.cwd, file);
  const text = await systemFiles.read(path);
  if (text === undefined) throw new ExpectedStop('usage', `There is no file ${file}.`);
  const read = readAnswers(text);
  if (!read.ok)
    throw new ExpectedStop(
      'usage',
      `${file} cannot be used:\n${read.problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  const prefilled = prefilledBy(read.answers, dirname(path));
  if (Object.values(prefilled.secretsFiles).filter((one) => one === '-').length > 1) {
    throw new ExpectedStop('usage', 'Standard input can be read once: only one environment may have secretsFile "-".');
  }
  return prefilled;
}

async function caBundles({ caBundleFiles }: Prefilled, io: Io): Promise<Partial<Record<EnvironmentName, string>>> {
  const bundles: Partial<Record<EnvironmentName, string>> = {};
  for (const name of environmentNames) {
    const file = caBundleFiles[name];
    if (file === undefined) continue;
    const text = await systemFiles.read(fromFolder(io.cwd, file));
    if (text === undefined) throw new ExpectedStop('usage', `There is no file ${file} (acme.${name}.caBundleFile).`);
    bundles[name] = text;
  }
  return bundles;
}

/** What was kept is offered again only where it can be read: a damaged file is no reason to stop, the answers are asked for anew. */
async function earlier(
  wanted: string | undefined,
  wants: Wants,
  io: Io,
): Promise<{ readonly journey: Journey; readonly profile: string }> {
  const profiles = makeProfiles(foldersFor(io).config);
  const profile = wanted ?? (await profiles.currentName()) ?? 'default';
  const saved = parsed(await systemFiles.read(savedPath(io, profile)));
  if (saved !== undefined) return { journey: fromSaved(saved, wants), profile };
  const stored = (await profiles.list()).includes(profile) ? answersOf(await profiles.get(profile)) : [];
  return { journey: stored.reduce((now, { id, step, value }) => give(now, id, step, value), setOut(wants)), profile };
}

function parsed(text: string | undefined) {
  if (text === undefined) return undefined;
  try {
    return savedSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
