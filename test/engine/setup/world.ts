import { createHmac } from 'node:crypto';
import { resolve } from 'node:path';
import type { JournalRecord } from '../../../src/core/journal.ts';
import type { Clock } from '../../../src/core/outside/clock.ts';
import type { ClusterIdentity } from '../../../src/core/outside/cluster-reader.ts';
import type { SetupEvent } from '../../../src/core/setup/event.ts';
import type { Saved } from '../../../src/core/setup/saved.ts';
import { setOut, type Wants } from '../../../src/core/setup/state.ts';
import { gatePoints } from '../../../src/core/verify/gate.ts';
import type { Ask, SetupPorts } from '../../../src/engine/setup/ports.ts';
import { runSetup } from '../../../src/engine/setup.ts';
import { answersOf } from '../../core/setup/beforehand.ts';
import { pointResult } from '../../core/verify/sample-point.ts';
import { type Fake, hash } from './fake-cluster.ts';

/** Everything else of the world, in memory. It outlives a run, as disks do. */
export function fakeMachine() {
  const files = new Map<string, { text: string; mode: number | undefined }>();
  const journals: JournalRecord[][] = [];
  const saved: { now: Saved | undefined } = { now: undefined };
  const profiles: { name: string; pin: ClusterIdentity | undefined } = { name: '', pin: undefined };
  return {
    /** Time goes on between two runs too. */
    time: { now: Date.parse('2026-11-23T05:00:00Z'), aheadMs: 0 },
    files,
    journals,
    saved,
    dismissed: [] as string[],
    profiles,
    judgement: {
      outcome: 'healthy' as 'healthy' | 'waiting' | 'problem' | 'incomplete',
      rootCauses: [] as string[],
      because: 'Healthy.',
    },
    // Nothing is reached from a test.
    points: gatePoints.map(({ id, title, runbook }) =>
      pointResult({ id, title, runbook, state: id === 'https' ? 'not-looked' : 'passed' }),
    ),
  };
}

export type Machine = ReturnType<typeof fakeMachine>;

const secretsText =
  'database-url=postgres://u:planted-db@db.data.svc:5432/auth\nredis-url=redis://:planted-redis@cache.data.svc:6379\njwt-secret=pLanted7jwtK9qW3zX5vB2nM8rT4yU6iO1\n';

const clockOf = ({ time }: Machine): Clock => ({
  now: () => new Date(time.now),
  sleep: async (milliseconds) => {
    time.now += milliseconds;
  },
});

function portsOf(fake: Fake, machine: Machine, secrets: string | undefined): SetupPorts {
  const given = new Set<string>();
  return {
    contexts: async () => ({ names: ['bed'], current: 'bed' }),
    connect: async () => ({ ...fake.cluster, clock: clockOf(machine), aheadMs: () => machine.time.aheadMs }),
    outside: async () => ({ ok: false, why: 'unreachable', detail: 'no network' }),
    shell: { run: async () => ({ ok: false, why: 'not-installed', exitCode: null, stdout: '', stderr: '' }) },
    files: {
      read: async (path) => machine.files.get(path)?.text,
      write: async (path, text, mode) => void machine.files.set(path, { text, mode }),
      list: async () => [],
      remove: async (path) => void machine.files.delete(path),
    },
    hash,
    secrets: {
      generate: () => 'gEnerated7jwtK9qW3zX5vB2nM8rT4yU6iO1',
      fingerprint: (value) => createHmac('sha256', 'salt').update(value).digest('hex').slice(0, 16),
    },
    placeOf: (typed) => resolve('/home/op', typed),
    journals: {
      begin: async (begun) => {
        const records: JournalRecord[] = [{ record: 'begun', id: `j${machine.journals.length}`, salt: '00', ...begun }];
        machine.journals.push(records);
        return {
          id: `j${machine.journals.length}`,
          append: async (record) => void records.push(record),
          fingerprint: () => 'fp',
        };
      },
      lock: async () => ({ [Symbol.asyncDispose]: async () => {} }),
      otherRuns: async () =>
        machine.journals
          .filter((records) => records.at(-1)?.record !== 'closed')
          .map((records) => ({ event: 'cut-off-found', sentence: `cut off after ${records.at(-1)?.record}` })),
      settle: async (_, { title }) => {
        for (const records of machine.journals) {
          const [begun] = records;
          if (begun?.record === 'begun' && begun.title === title && records.at(-1)?.record !== 'closed')
            records.push({ record: 'closed', at: '2026-11-23T05:00:00Z' });
        }
      },
    },
    keep: async (saved) => {
      machine.saved.now = saved;
    },
    profile: {
      strangeness: async (_, __, identity) =>
        machine.profiles.pin && machine.profiles.pin.uid !== identity.uid ? [`cluster uid is ${identity.uid}`] : [],
      keep: async (name) => {
        machine.profiles.name = name;
        machine.profiles.pin ??= await fake.cluster.reader.identity();
      },
    },
    diagnose: async () => machine.judgement,
    verify: async () => ({ points: machine.points, coverage: { looked: 1, of: 1, notLooked: [] } }),
    secretsFile: async (environment) => {
      if (given.has(environment)) return undefined;
      given.add(environment);
      return secrets;
    },
    command: 'setup',
    localUser: 'op',
    dismissed: async () => machine.dismissed,
  };
}

export type Ran = Awaited<ReturnType<typeof runSetup>> & { readonly events: readonly SetupEvent[] };

/** A run as a pipeline makes it: nobody is asked. */
export async function pipeline(
  fake: Fake,
  machine: Machine,
  differs: {
    wants?: Wants;
    yes?: boolean;
    confirm?: string[];
    ask?: Ask;
    answers?: Record<string, string>;
    secrets?: string | undefined;
  } = {},
): Promise<Ran> {
  const events: SetupEvent[] = [];
  const ran = await runSetup({
    start: answersOf(setOut(differs.wants ?? { environments: ['staging', 'production'] }), differs.answers),
    ports: portsOf(fake, machine, 'secrets' in differs ? differs.secrets : secretsText),
    ask: differs.ask,
    emit: (event) => void events.push(event),
    consent: { yes: differs.yes ?? true, confirm: differs.confirm ?? ['orion-prod'] },
    timeoutMs: 120_000,
    signal: new AbortController().signal,
  });
  return { ...ran, events };
}
