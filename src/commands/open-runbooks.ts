import { createHash } from 'node:crypto';
import type { Invocation } from '../cli/invocation.ts';
import type { Runbook } from '../core/diagnosis.ts';
import type { Fetched } from '../core/fetched.ts';
import type { AnswerOf, Look, Looker } from '../core/look.ts';
import type { Hash } from '../core/manifests/hash.ts';
import type { Io } from '../core/outside/io.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import { systemShell } from '../edges/shell/system-shell.ts';
import { journalsOf } from './change-log.ts';
import { type OpenCluster, openCluster } from './open-cluster.ts';
import { sayPending } from './pending.ts';
import { groundOf, insistOnPin, placeOf } from './place.ts';
import { runbookTarget } from './runbook-target.ts';
import type { Session } from './session.ts';

/** A cluster with everything that a runbook needs of it. */
export type OpenRunbooks = {
  readonly look: Looker;
  readonly requests: () => number;
  readonly clock: OpenCluster['clock'];
  readonly describes: Session['describes'];
  readonly sessionOf: (runbook: Runbook, object?: string) => Promise<Session>;
  readonly close: () => void;
};

/** Enters the cluster and says first what an earlier run left undone there. */
export async function openRunbooks(invocation: Invocation, io: Io): Promise<OpenRunbooks> {
  const place = await placeOf(invocation, io);
  const cluster = await openCluster(invocation, io, place.context);
  try {
    const identity = await cluster.identity();
    const namespace = place.namespace ?? identity.namespace;
    const journals = journalsOf(io);
    await sayPending(journals, identity, cluster.clock.now(), io);
    const describes = {
      profile: place.profile?.name ?? null,
      context: identity.context,
      server: identity.server,
      clusterUid: identity.uid,
      namespace,
    };
    const tree =
      place.profile?.tree && place.environment
        ? { path: place.profile.tree, environment: place.environment }
        : undefined;
    const look = tree ? withManifests(cluster, tree, namespace) : cluster.look;
    const session: Omit<Session, 'runbook' | 'target' | 'named'> = {
      tree,
      look,
      clock: cluster.clock,
      requests: cluster.reader.requests,
      describes,
      cluster: {
        reader: cluster.reader,
        writer: cluster.writer,
        identity,
        journals,
        ground: groundOf(place, identity, namespace),
        insistOnPin: () => insistOnPin(place, identity),
      },
    };
    return {
      look,
      requests: cluster.reader.requests,
      clock: cluster.clock,
      describes,
      sessionOf: async (runbook, object) => ({
        ...session,
        runbook,
        target: await runbookTarget(runbook, object, { namespace, look: cluster.look, signal: io.signal }),
        named: object !== undefined,
      }),
      close: () => cluster.close(),
    };
  } catch (error) {
    cluster.close();
    throw error;
  }
}

/** With the operator's own manifests, which are tried where the runbook looks at their namespace. */
function withManifests({ look, reader }: OpenCluster, tree: NonNullable<Session['tree']>, namespace: string): Looker {
  const hash: Hash = (of) => createHash('sha256').update(of).digest('hex');
  const ports = { files: systemFiles, shell: systemShell, hash, reader };
  return async <L extends Look>(asked: L, signal: AbortSignal) => {
    if (asked.at !== 'manifests' || asked.namespace !== namespace) return await look(asked, signal);
    const { tryManifests } = await import('../engine/deploy/try-manifests.ts');
    return (await tryManifests(ports, tree, signal, asked.of)) as Fetched<AnswerOf<L>>;
  };
}
