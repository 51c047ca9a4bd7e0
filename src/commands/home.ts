import { runbooks } from '../../runbooks/index.ts';
import { commands } from '../cli/commands.ts';
import type { Invocation } from '../cli/invocation.ts';
import { utc } from '../core/durations.ts';
import { ExpectedStop } from '../core/failure.ts';
import { begunOf, undoOf } from '../core/journal-state.ts';
import type { Io } from '../core/outside/io.ts';
import type { Profile } from '../core/profile.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import { makeProfiles } from '../edges/profiles/profiles.ts';
import type { EnvironmentLine, HomeFacts } from '../views/ink/home/home-program.ts';
import { homeScreen } from '../views/ink/home/home-screen.tsx';
import { journalsOf } from './change-log.ts';
import { foldersFor } from './place.ts';

/** Their screens show whatever stopped them. */
const dayTwo = ['diff', 'deploy', 'rollback', 'test', 'history'];

const withEnvironment = ['diff', 'deploy', 'rollback', 'test'];

/** Commands that have screens of their own: home comes back after them. The others print, and what they printed stays in sight. */
const onScreens = ['setup', 'verify', 'runbook', 'practice', ...dayTwo];

/** `orion-setup` on a terminal: what state things are in as far as this machine remembers, and every way on. */
export async function run({ options }: Invocation, io: Io): Promise<number> {
  for (;;) {
    const profile = await makeProfiles(foldersFor(io).config).current();
    const choice = await homeScreen({
      ...(await factsOf(profile, io)),
      now: systemClock.now,
      terminal: { env: io.env, noColor: options['no-color'] ?? false, signal: io.signal },
    });
    if (choice.chose === 'interrupted') throw new ExpectedStop('interrupted', 'Left. Nothing was changed.');
    if (!('environment' in choice)) return 0;
    const [name = '', ...words] = choice.chose.split(' ');
    const command = commands.find((one) => one.name === name);
    if (!command) return 0;
    const namespace = choice.environment && profile?.environments[choice.environment]?.namespace;
    const wantsNamespace = (name === 'runbook' || name === 'verify') && namespace !== undefined;
    const { run: open } = await command.load();
    const given = withEnvironment.includes(name) && choice.environment ? [...words, choice.environment] : words;
    try {
      const code = await open({ words: given, options: { ...options, ...(wantsNamespace ? { namespace } : {}) } }, io);
      if (!onScreens.includes(name)) return code;
    } catch (error) {
      const wasShown = dayTwo.includes(name) && error instanceof ExpectedStop && error.reason !== 'interrupted';
      if (!wasShown) throw error;
    }
  }
}

async function factsOf(profile: Profile | undefined, io: Io): Promise<HomeFacts> {
  const changes = await changesIn(io);
  const rows = [
    {
      id: 'setup',
      title: profile ? 'Go on with set-up' : 'Set up staging and production',
      aside: profile ? `profile ${profile.name}` : 'can be left at any point',
    },
    { id: 'verify', title: 'Verify an environment', aside: 'thirteen points, nothing is changed' },
    { id: 'diff', title: 'Compare with the cluster', aside: 'what deploy would change' },
    { id: 'deploy', title: 'Deploy', aside: 'shown before it is done' },
    { id: 'rollback', title: 'Roll back', aside: 'to an earlier set or revision' },
    { id: 'test', title: 'Test', aside: 'certificate, ingress, metrics, evictions' },
    ...runbooks.map(({ name, symptom }) => ({ id: `runbook ${name}`, title: symptom, aside: '' })),
    { id: 'practice', title: 'Practise an incident', aside: 'no cluster needed' },
    { id: 'history', title: 'History', aside: changes },
    { id: 'profile list', title: 'Profiles', aside: profile ? `${profile.name} is in use` : 'none yet' },
    { id: 'help', title: 'All commands', aside: '' },
  ];
  const isThere = (id: string): boolean => commands.some(({ name }) => name === id.split(' ')[0]);
  return {
    profile: profile?.name,
    environments: profile ? linesOf(profile) : [],
    rows: rows.filter(({ id }) => isThere(id)),
  };
}

/** As the profile remembers it. Whether it serves just now is not known before somebody looks. */
function linesOf({ environments }: Profile): readonly EnvironmentLine[] {
  return (['staging', 'production'] as const).flatMap((name): readonly EnvironmentLine[] => {
    const one = environments[name];
    if (!one) return [];
    const passed = one.gate?.passedAt;
    return [
      {
        name,
        namespace: one.namespace,
        context: one.context,
        mark: passed ? 'good' : 'waiting',
        says: passed
          ? `verified ${utc(new Date(passed))}, ${one.host}`
          : `in the profile, not verified yet, ${one.host}`,
      },
    ];
  });
}

async function changesIn(io: Io): Promise<string> {
  const all = (await journalsOf(io).list()).filter((journal) => begunOf(journal) !== undefined);
  const open = all.filter((journal) => begunOf(journal)?.undoes === undefined && undoOf(journal.records).length > 0);
  if (all.length === 0) return 'no changes yet';
  return `${all.length} ${all.length === 1 ? 'change' : 'changes'}, ${open.length} can be taken back`;
}
