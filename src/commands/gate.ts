import { resolve } from 'node:path';
import type { Invocation } from '../cli/invocation.ts';
import { gateFrom } from '../core/deploy/gate-from.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { differencesFrom } from '../core/profile.ts';
import type { GateFacts } from '../core/setup/effect.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import { readGate } from '../engine/deploy/remember.ts';
import type { OpenDeploy } from './open-deploy.ts';

export type LetIn = {
  readonly gate: GateFacts | null;
  /** Why it goes on although staging has not passed. */
  readonly overridden: string | undefined;
};

/** Production comes after staging: the same base and image must have passed there. Throws where they have not, unless a reason is given. */
export async function gateOf(opened: OpenDeploy, digest: string, { options }: Invocation, io: Io): Promise<LetIn> {
  const reason = options['override-gate'];
  if (opened.environment !== 'production') {
    if (reason !== undefined || options['gate-from'] !== undefined)
      throw new ExpectedStop('usage', 'Only production has a gate: --override-gate and --gate-from go with it.');
    return { gate: null, overridden: undefined };
  }
  if (reason?.trim() === '')
    throw new ExpectedStop('usage', '--override-gate needs the reason, which is kept in the history.');
  const gate = await gateFacts(opened, digest, options['gate-from'], io);
  if (gate.state === 'passed') return { gate, overridden: undefined };
  if (reason !== undefined) return { gate, overridden: reason };
  throw new ExpectedStop('refused', `Production comes after staging: ${gate.because} Nothing was changed.`, [
    'Bring staging there: orion-setup deploy staging',
    'Staging is on another cluster: --gate-from FILE, with what "deploy staging -o json" printed there',
    'Without it, and with the reason kept in the history: --override-gate REASON',
  ]);
}

async function gateFacts(opened: OpenDeploy, digest: string, file: string | undefined, io: Io): Promise<GateFacts> {
  if (file !== undefined) {
    const text = await systemFiles.read(resolve(io.cwd, file));
    if (text === undefined) throw new ExpectedStop('usage', `There is no file ${file}.`);
    return gateFrom(text, file, digest);
  }
  const seen = await gateInCluster(opened, digest, io);
  // The cluster's own word goes first; where it cannot be had, the profile remembers what it was.
  const kept = opened.profile?.environments.staging?.gate;
  return seen.state === 'not-looked' && kept !== undefined && kept.digest === digest
    ? { state: 'passed', because: `staging passed at ${kept.passedAt}, by the profile.`, at: kept.passedAt, digest }
    : seen;
}

async function gateInCluster({ ports, profile, context }: OpenDeploy, digest: string, io: Io): Promise<GateFacts> {
  const staging = profile?.environments.staging;
  try {
    const cluster = await ports.connect(staging?.context ?? context);
    const strange = staging ? differencesFrom(staging.pin, await cluster.reader.identity(io.signal)) : [];
    if (strange.length > 0)
      return notLooked(`the context ${staging?.context} leads to another cluster: ${strange.join('; ')}.`);
    return await readGate(cluster, digest, io.signal);
  } catch (error) {
    if (error instanceof ExpectedStop && error.reason === 'no-connection')
      return notLooked(`staging's cluster cannot be reached: ${error.message}`);
    throw error;
  }
}

const notLooked = (because: string): GateFacts => ({ state: 'not-looked', because, at: null, digest: null });
