import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { runbooks } from '../../runbooks/index.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { ExpectedStop } from '../core/failure.ts';
import { pending, sentenceOf, stateOf } from '../core/journal-state.ts';
import { type KindName, kinds, ref } from '../core/kubernetes/kinds.ts';
import type { Looker } from '../core/look.ts';
import { runningSentence } from '../core/other-run.ts';
import type { ClusterIdentity } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import { type EnvironmentName, namespaces } from '../core/setup/settings.ts';
import { gatePoints, gateRunbooks } from '../core/verify/gate.ts';
import { podCauses } from '../core/verify/points/pods.ts';
import { dismissedNotices } from '../edges/files/dismissed-notices.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import type { Journals } from '../edges/journal/journals.ts';
import { fingerprint, randomSalt, randomSecret } from '../edges/keys/secret-values.ts';
import { makeProfiles } from '../edges/profiles/profiles.ts';
import type { Cluster, Judgement } from '../engine/deploy/ports.ts';
import { diagnose } from '../engine/diagnose.ts';
import { lookedOnce } from '../engine/looked-once.ts';

import type { SetupPorts } from '../engine/setup/ports.ts';

import { verify } from '../engine/verify.ts';

import { journalsOf } from './change-log.ts';
import { lookerOf } from './open-cluster.ts';
import { foldersFor } from './place.ts';
import { profilePort } from './setup-profile.ts';
import type { SetupWorld } from './setup-world.ts';

export type OpenPorts = SetupPorts & {
  /** Requests sent to all clusters so far. */
  readonly requests: () => number;
  /** By the clock of the cluster that was entered first, where there is one. */
  readonly now: () => Date;
  readonly close: () => void;
};

/** The ports of set-up and deploy, filled with the edges. `profile` is whose answers are kept until another one is named. */
export function setupPorts(
  io: Io,
  world: SetupWorld,
  profile: string,
  secretsFiles: Readonly<Partial<Record<EnvironmentName, string>>>,
  command = 'setup',
): OpenPorts {
  const folders = foldersFor(io);
  const salt = randomSalt();
  const connections = new Map<string, ReturnType<SetupWorld['connect']>>();
  const opened: Awaited<ReturnType<SetupWorld['connect']>>[] = [];
  const connect = (context: string) => {
    const before = connections.get(context);
    if (before !== undefined) return before;
    const connection = world.connect(context).then((one) => {
      opened.push(one);
      return one;
    });
    connections.set(context, connection);
    return connection;
  };
  const taken = new Set<EnvironmentName>();
  const placeOf = (typed: string) => resolve(io.cwd, typed);
  return {
    contexts: world.contexts,
    connect,
    outside: world.outside,
    shell: world.shell,
    files: systemFiles,
    hash: (of) => createHash('sha256').update(of).digest('hex'),
    secrets: {
      generate: (key) => world.suggests?.secret(key) ?? randomSecret(48),
      fingerprint: (value) => fingerprint(salt, value),
    },
    placeOf,
    journals: journalPort(journalsOf(io), command),
    command,
    keep: (saved) => {
      const named = saved.given.find(({ id }) => id === 'profile')?.value;
      return systemFiles.write(
        savedPath(io, typeof named === 'string' ? named : profile),
        `${JSON.stringify(saved, null, 2)}\n`,
        0o600,
      );
    },
    profile: profilePort(makeProfiles(folders.config), placeOf),
    diagnose: async (context, environment, signal) => {
      const cluster = await connect(context);
      return await judgedBy(lookerOf(cluster, world.outside), cluster, environment, signal);
    },
    verify: async (context, subject, signal) => {
      const cluster = await connect(context);
      const look = lookerOf(cluster, world.outside);
      return await verify({ runbooks: judges, points: gatePoints }, subject, look, cluster.clock.now(), signal);
    },
    dismissed: () => dismissedNotices(folders.state),
    secretsFile: async (environment) => {
      const path = secretsFiles[environment];
      if (path === undefined || taken.has(environment)) return undefined;
      taken.add(environment);
      return await secretsText(path, io, environment);
    },
    localUser: localUser(io),
    requests: () => opened.reduce((sum, { reader }) => sum + reader.requests(), 0),
    now: () => (opened[0] ?? world).clock.now(),
    close: () => {
      for (const one of opened) one.close();
    },
  };
}

export const savedPath = (io: Io, profile: string): string => join(foldersFor(io).state, 'setup', `${profile}.json`);

async function secretsText(path: string, io: Io, environment: EnvironmentName): Promise<string> {
  if (path === '-') return await text(process.stdin);
  const found = await systemFiles.read(resolve(io.cwd, path));
  if (found === undefined)
    throw new ExpectedStop(
      'usage',
      `There is no file ${path}, which the answers name for the secrets of ${environment}.`,
    );
  return found;
}

/** A machine without a user entry (a container with a uid of its own) still has somebody who works on it. */
function localUser({ env }: Io): string {
  try {
    return userInfo().username;
  } catch {
    return env['USER'] ?? 'unknown';
  }
}

function journalPort(journals: Journals, command: string): SetupPorts['journals'] {
  const goesOn = command === 'setup' ? 'Set-up goes on' : `orion-setup ${command} goes on`;
  // A rollback goes on from where a deploy was cut off, and the other way round.
  const alike = command === 'setup' ? ['setup'] : ['deploy', 'rollback'];
  const ofCommand = async (identity: ClusterIdentity, now: Date) => {
    const all = await journals.list();
    return pending(all, identity, now).flatMap((left) => {
      const journal = all.find(({ id }) => id === left.begun.id);
      return left.is === 'interrupted' && alike.includes(left.begun.command) && journal
        ? [{ begun: left.begun, journal }]
        : [];
    });
  };
  return {
    begin: journals.begin,
    lock: journals.lock,
    otherRuns: async (identity, now) => {
      const running = pending(await journals.list(), identity, now).filter((left) => left.is === 'running');
      const cutOff = (await ofCommand(identity, now)).map(
        ({ begun, journal }) => `"${begun.title}" (${begun.id}): ${sentenceOf(journal)} ${goesOn} from what is there.`,
      );
      return [
        ...running.map((left) => ({ event: 'other-run-found', sentence: runningSentence(left) }) as const),
        ...cutOff.map((sentence) => ({ event: 'cut-off-found', sentence }) as const),
      ];
    },
    settle: async (identity, { title, namespace }, now, except) => {
      for (const { begun, journal } of await ofCommand(identity, now)) {
        if (begun.id === except || !(command === 'setup' ? begun.title === title : begun.namespace === namespace))
          continue;
        const open = await journals.resume(begun.id);
        const state = stateOf(journal);
        const at = now.toISOString();
        // The plan found nothing to change any more, so what was unclear did arrive, or was sent again by this run.
        if (state.is === 'unclear') await open?.append({ record: 'seen', n: state.n, at });
        await open?.append({ record: 'closed', at, because: 'a later run went on from here' });
      }
    },
  };
}

async function judgedBy(
  look: Looker,
  { clock }: Pick<Cluster, 'clock'>,
  environment: EnvironmentName,
  signal: AbortSignal,
): Promise<Judgement> {
  const once = lookedOnce(look);
  const [certificate, pods] = await Promise.all(
    judges.map((runbook) => {
      const target = ref(kinds[runbook.target.kind as KindName], runbook.target.name, namespaces[environment]);
      return diagnose(runbook, target, once, clock.now(), signal);
    }),
  );
  if (certificate === undefined || pods === undefined) throw new Error('Two runbooks judge while it is waited.');
  // What holds a drain up is nothing that the rollout waits for.
  const stuck = pods.outcome === 'problem' ? pods.rootCauses.filter((code) => podCauses.includes(code)) : [];
  if (stuck.length === 0 || certificate.outcome === 'problem') return judgementOf(certificate);
  return { outcome: 'problem', rootCauses: stuck, because: becauseOf(pods, stuck) };
}

const judges = gateRunbooks.flatMap((wanted) => runbooks.filter(({ name }) => name === wanted));

const judgementOf = (diagnosis: Diagnosis): Judgement => ({
  outcome: diagnosis.outcome,
  rootCauses: diagnosis.rootCauses,
  because: becauseOf(diagnosis, diagnosis.rootCauses),
});

function becauseOf(
  { outcome, findings, unrecognised, waiting, coverage }: Diagnosis,
  codes: readonly string[],
): string {
  const roots = findings
    .filter(({ root, code }) => root && codes.includes(code))
    .map(({ title, because }) => `${title}: ${because}`);
  if (roots.length > 0) return roots.join(' ');
  if (unrecognised) return `${unrecognised.object.kind}/${unrecognised.object.name} says: ${unrecognised.quote}`;
  if (waiting) return `Waiting for ${waiting.for}.`;
  if (outcome === 'incomplete')
    return `Could not look: ${coverage.notLooked.map(({ what, because }) => `${what} (${because})`).join(', ')}.`;
  return outcome === 'healthy' ? 'Healthy.' : 'Not healthy.';
}
