import type { Invocation } from '../cli/invocation.ts';
import type { Runbook } from '../core/diagnosis.ts';
import { ExpectedStop } from '../core/failure.ts';
import { type KindName, kinds, ref } from '../core/kubernetes/kinds.ts';
import type { ObjectRef } from '../core/kubernetes/object.ts';
import type { Looker } from '../core/look.ts';
import type { Io } from '../core/outside/io.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import { journalsOf } from './change-log.ts';
import { openCluster } from './open-cluster.ts';
import { sayPending } from './pending.ts';
import { groundOf, insistOnPin, placeOf } from './place.ts';
import type { Session } from './session.ts';

/** A cluster with everything that a runbook needs of it. */
export type OpenRunbooks = {
  readonly look: Looker;
  readonly requests: () => number;
  readonly describes: Session['describes'];
  /** OBJECT is `name` or `kind/name`; without it the service's own. */
  readonly sessionOf: (runbook: Runbook, object?: string) => Session;
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
    await sayPending(journals, identity, systemClock.now(), io);
    const describes = {
      profile: place.profile?.name ?? null,
      context: identity.context,
      server: identity.server,
      clusterUid: identity.uid,
      namespace,
    };
    const session: Omit<Session, 'runbook' | 'target' | 'named'> = {
      tree:
        place.profile?.tree && place.environment
          ? { path: place.profile.tree, environment: place.environment }
          : undefined,
      look: cluster.look,
      clock: systemClock,
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
      look: cluster.look,
      requests: cluster.reader.requests,
      describes,
      sessionOf: (runbook, object) => ({
        ...session,
        runbook,
        target: targetOf(runbook, object, namespace),
        named: object !== undefined,
      }),
      close: () => cluster.close(),
    };
  } catch (error) {
    cluster.close();
    throw error;
  }
}

function targetOf(runbook: Runbook, object: string | undefined, namespace: string): ObjectRef {
  const kind = kinds[runbook.target.kind as KindName];
  if (object === undefined) return ref(kind, runbook.target.name, namespace);
  const [before, after] = object.includes('/') ? object.split('/', 2) : [kind.plural, object];
  const isKind = [kind.kind.toLowerCase(), kind.plural].includes((before ?? '').toLowerCase().split('.')[0] ?? '');
  if (!isKind || !after)
    throw new ExpectedStop('usage', `${runbook.name} looks at a ${kind.kind}, not at "${object}".`, [
      `orion-setup runbook ${runbook.name} ${kind.kind.toLowerCase()}/NAME`,
    ]);
  return ref(kind, after, namespace);
}
