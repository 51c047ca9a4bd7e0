import type { HealStep, World } from '../core/scenario.ts';
import { ApiRefusal } from './api-status.ts';
import type { Cluster } from './cluster.ts';
import {
  type Controller,
  earliest,
  type Loading,
  later,
  stillnessSeconds,
  type View,
  viewOf,
  type Write,
} from './controllers/turn.ts';
import { drop, remove } from './deletion.ts';
import { tell } from './events.ts';
import { nextMain } from './next-object.ts';
import type { Signer } from './signer.ts';
import { knownKind } from './store.ts';
import { create, store } from './writes.ts';

/** The world around the cluster, and how often somebody changed it. */
export type Surroundings = {
  readonly world: World;
  readonly changes: number;
  /** Changes of objects that the story, not the tool, made. */
  readonly byHand: number;
};

export type Loop = {
  /** Lets the controllers act until they rest, then jumps to the next moment at which something is due, up to `until`. */
  readonly settle: (until: Date) => void;
};

const mostPasses = 500;

export function makeLoop(parts: {
  readonly cluster: Cluster;
  readonly controllers: readonly Controller[];
  readonly signer: Signer;
  readonly surroundings: () => Surroundings;
  readonly loading: Loading;
  readonly heal: readonly HealStep[];
  /** The moment that the cluster is at: only the loop moves it. */
  readonly moment: { now: Date };
}): Loop {
  const { cluster, controllers, moment } = parts;
  const memories = new Map<string, Map<string, unknown>>(controllers.map(({ name }) => [name, new Map()]));
  let restedAt: string | undefined;
  let due: Date | undefined;

  const timeHeals = parts.heal.length > 0 && parts.heal.every((step) => 'pass' in step);
  const holds = parts.heal.length === 0 || parts.heal.some((step) => 'world' in step || 'object' in step);
  const awakening = timeHeals ? later(parts.loading.loadedAt, stillnessSeconds) : undefined;

  const version = (): string => `${cluster.store.version}.${parts.surroundings().changes}`;

  const viewFor = (memory: ReadonlyMap<string, unknown>): View => {
    const { world, changes, byHand } = parts.surroundings();
    return viewOf(cluster.store, parts.loading, {
      now: moment.now,
      world,
      worldStirred: changes > 0,
      timeHeals,
      holdsRecordedRefusals: changes + byHand === 0 && holds,
      version: version(),
      names: cluster.names,
      signer: parts.signer,
      recall: (about) => memory.get(about),
    });
  };

  /** One turn of every controller. Tells who wrote. */
  const pass = (): readonly string[] => {
    due = awakening !== undefined && awakening > moment.now ? awakening : undefined;
    return controllers
      .filter(({ name, reconcile }) => {
        const memory = memories.get(name) ?? new Map<string, unknown>();
        const turn = reconcile(viewFor(memory));
        due = earliest(due, turn.due);
        for (const write of turn.writes) {
          if (write.do === 'remember') memory.set(write.about, write.value);
          else perform(cluster, write);
        }
        return turn.writes.length > 0;
      })
      .map(({ name }) => name);
  };

  const rest = (): void => {
    for (let count = 0; count < mostPasses; count += 1) if (pass().length === 0) return;
    throw new Error(`the controllers of the practice cluster do not come to rest: ${pass().join(', ')}`);
  };

  const settle = (until: Date): void => {
    for (;;) {
      const isDue = due !== undefined && due <= moment.now;
      if (restedAt !== version() || isDue) {
        rest();
        restedAt = version();
      }
      if (due === undefined || due > until) break;
      moment.now = due > moment.now ? due : moment.now;
    }
    if (until > moment.now) moment.now = until;
  };

  return { settle };
}

function perform(cluster: Cluster, write: Exclude<Write, { readonly do: 'remember' }>): void {
  if (write.do === 'event') {
    tell(cluster, write);
    return;
  }
  const kind = knownKind(write.object);
  const { name, namespace, uid } = write.object.metadata;
  if (write.do === 'create') {
    // What the server refuses, a controller tries again when something changed.
    ignoringRefusals(() => create(cluster, kind, write.object, { manager: write.by, dryRun: false }));
    return;
  }
  const current = cluster.store.get(kind, namespace, name);
  if (!current || current.metadata.uid !== uid) return;
  switch (write.do) {
    case 'update':
      ignoringRefusals(() =>
        store(cluster, kind, current, nextMain(cluster, kind, current, write.object), 'main', {
          manager: write.by,
          dryRun: false,
        }),
      );
      return;
    case 'status':
      store(cluster, kind, current, { ...current, status: write.status }, 'status', {
        manager: write.by,
        dryRun: false,
      });
      return;
    case 'annotate':
      cluster.store.put(kind, {
        ...current,
        metadata: { ...current.metadata, annotations: { ...current.metadata.annotations, ...write.annotations } },
      });
      return;
    case 'delete':
      remove(cluster, kind, current, { dryRun: false });
      return;
    case 'end':
      drop(cluster, kind, current);
      return;
  }
}

function ignoringRefusals(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
  }
}
