import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Looker } from '../core/look.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { ClusterIdentity } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import type { Scenario } from '../core/scenario.ts';
import { type Connection, connect } from '../edges/cluster/connect.ts';
import { type Journals, makeJournals } from '../edges/journal/journals.ts';
import { type Practice, startPractice } from '../practice/practice.ts';
import { livingWorld } from '../practice/world-of-evidence.ts';
import { lookerOf } from './open-cluster.ts';
import { keepPuttingBack } from './put-back.ts';

/** A practice cluster, entered as any other: by its kubeconfig, over HTTPS. Its journal, profile and tree are in a folder of its own. */
export type OpenPractice = {
  readonly practice: Practice;
  readonly clock: Clock;
  readonly connection: Connection;
  readonly look: Looker;
  readonly identity: ClusterIdentity;
  readonly journals: Journals;
  readonly folder: string;
  readonly close: () => Promise<void>;
};

/**
 * How time goes: with somebody watching a few times faster than the real one; where it plays by itself, whoever waits makes it pass, so
 * that a story takes no longer than its work.
 */
export type Pace = 'watched' | 'by-itself' | 'real';
const speeds: Readonly<Record<Pace, number>> = { watched: 5, 'by-itself': 0, real: 1 };

export async function openPractice(chosen: Scenario | 'empty', pace: Pace, io: Io): Promise<OpenPractice> {
  // What was said at one moment must be able to change.
  const scenario = chosen !== 'empty' && chosen.source === 'live' ? livingWorld(chosen) : chosen;
  const folder = await mkdtemp(join(tmpdir(), 'orion-setup-practice-'));
  const ending = new AbortController();
  // The last that was opened first.
  const opened: (() => Promise<void> | void)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    ending.abort();
    for (const shut of opened.splice(0).toReversed()) await shut();
  };
  try {
    const practice = await startPractice({ scenario, speed: speeds[pace], dir: folder });
    opened.push(practice.close);
    // No proxy stands between this process and itself.
    const connection = await connect({ kubeconfig: practice.kubeconfig, env: {} });
    opened.push(connection.close);
    const journals = makeJournals({ folder: join(folder, 'journal') });
    // With somebody there, what is relaxed for a while is put back as on a real cluster.
    if (pace !== 'by-itself')
      void keepPuttingBack({ ...connection, journals, clock: practice.clock, say: () => undefined }, ending.signal);
    return {
      practice,
      clock: pace === 'by-itself' ? passing(practice) : practice.clock,
      connection,
      look: lookerOf(connection, practice.probes, practice.manifests),
      identity: await connection.reader.identity(io.signal),
      journals,
      folder,
      close,
    };
  } catch (error) {
    // Ctrl-C comes here too: a server that nobody closes keeps the process from ending.
    await close();
    throw error;
  }
}

/** Waiting makes the time pass. */
const passing = (practice: Practice): Clock => ({
  now: practice.clock.now,
  sleep: async (milliseconds, signal) => {
    signal.throwIfAborted();
    practice.advance(milliseconds);
    // Whoever waits lets others work: several may wait at once.
    await setImmediate();
  },
});
