import { changeShown, isUnchanged, mayBeTakenOver } from '../../core/deploy/compare.ts';
import { ExpectedStop } from '../../core/failure.ts';
import { kindOf } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { ownerElsewhere } from '../../core/kubernetes/owner-elsewhere.ts';
import { secretName } from '../../core/manifests/generated-secret.ts';
import type { PlanFacts, PlannedChange } from '../../core/setup/effect.ts';
import { liveOrForbidden, nameOf } from './live-of.ts';
import type { Cluster, Planned } from './ports.ts';
import { tryOnLive } from './try-on-live.ts';

export type Plan = {
  readonly facts: PlanFacts;
  readonly changes: readonly Planned[];
  /** What GitOps or Helm own and would have to change. */
  readonly owned: readonly KubernetesObject[];
};

/** Every object tried on the server without keeping it, and held against what is there. */
export async function plan(cluster: Cluster, objects: readonly KubernetesObject[], signal: AbortSignal): Promise<Plan> {
  const there = await Promise.all(objects.map((object) => liveOrForbidden(cluster, object, signal)));
  const missing = new Set(
    objects
      .filter((object, place) => object.kind === 'Namespace' && there[place] === undefined)
      .map(({ metadata }) => metadata.name),
  );
  const tried = await Promise.all(
    objects.map((object, place) =>
      there[place] instanceof ExpectedStop
        ? forbidden(object, there[place])
        : tryOne(cluster, object, there[place], missing.has(object.metadata.namespace ?? ''), signal),
    ),
  );
  const verdicts = tried.filter((one) => one.is !== 'unchanged');
  return {
    facts: {
      changes: verdicts.flatMap((one) => (one.is === 'changes' ? [one.shown] : [])),
      unchanged: tried.length - verdicts.length,
      takeovers: verdicts.flatMap((one) => (one.is === 'changes' ? one.takeovers : [])),
      blocked: verdicts.flatMap((one) => (one.is === 'blocked' ? [one.blocked] : [])),
      remarks: [...new Set(tried.flatMap(({ remarks }) => remarks))],
    },
    changes: verdicts.flatMap((one) => (one.is === 'changes' ? [one.planned] : [])),
    owned: verdicts.flatMap((one) => (one.is === 'blocked' && one.live !== undefined ? [one.live] : [])),
  };
}

type Tried = { readonly remarks: readonly string[] } & (
  | { readonly is: 'unchanged' }
  | {
      readonly is: 'blocked';
      readonly blocked: PlanFacts['blocked'][number];
      readonly live?: KubernetesObject;
    }
  | {
      readonly is: 'changes';
      readonly shown: PlannedChange;
      readonly planned: Planned;
      readonly takeovers: PlanFacts['takeovers'];
    }
);

const forbidden = (object: KubernetesObject, { message, next }: ExpectedStop): Tried => ({
  is: 'blocked',
  blocked: { object: nameOf(object), because: [message, ...next].join(' '), why: 'forbidden', diff: null },
  remarks: [],
});

async function tryOne(
  cluster: Cluster,
  object: KubernetesObject,
  there: KubernetesObject | undefined,
  isInNewNamespace: boolean,
  signal: AbortSignal,
): Promise<Tried> {
  const name = nameOf(object);
  const blocked = (because: string, why: 'refused' | 'forbidden' = 'refused'): Tried => ({
    is: 'blocked',
    blocked: { object: name, because: because.endsWith('.') ? because : `${because}.`, why, diff: null },
    remarks: [],
  });
  if (kindOf(object) === undefined) return blocked('this tool does not know the kind; apply it with kubectl apply -k.');
  // Nothing can be tried in a namespace that is not there: it is tried again once it is.
  if (isInNewNamespace) return changes(object, undefined, object, false, []);
  // Its name holds the hash of its values, so a Secret of that name has them.
  if (object.kind === 'Secret' && object.metadata.name.startsWith(`${secretName}-`) && there !== undefined)
    return { is: 'unchanged', remarks: [] };

  const owner = there === undefined ? undefined : ownerElsewhere(there);
  if (there !== undefined && owner !== undefined) return await ofAnother(cluster, object, there, owner, signal);
  const { live, dry } = await tryOnLive(cluster, object, there, false, signal);
  if (dry.ok) {
    const remarks = (dry.warnings ?? []).map((warning) => `${name}: ${warning}`);
    if (live !== undefined && dry.object !== undefined && isUnchanged(live, dry.object))
      return { is: 'unchanged', remarks };
    return { ...changes(object, live, live === undefined ? object : (dry.object ?? object), false, []), remarks };
  }
  if (dry.why === 'forbidden')
    return blocked(`${dry.detail}${dry.needs === undefined ? '' : ` (needs ${dry.needs})`}`, 'forbidden');
  if (dry.why !== 'conflict') return blocked(dry.detail);
  const conflicts = dry.conflicts ?? [];
  const others = conflicts.filter(({ manager }) => !mayBeTakenOver(manager));
  const { live: held, dry: forced } = await tryOnLive(cluster, object, live, true, signal);
  if (others.length > 0 || conflicts.length === 0) {
    const says = others.map(({ manager, field }) => `${field} is set by ${manager}`).join(', ');
    return {
      is: 'blocked',
      blocked: {
        object: name,
        because: `${says || dry.detail}; it is not taken over.`,
        why: 'owned',
        diff: forced.ok ? changeShown(held, forced.object ?? object) : null,
      },
      remarks: [],
    };
  }
  if (!forced.ok) return blocked(forced.detail);
  return changes(object, held, forced.object ?? object, true, conflicts);
}

/** What GitOps or Helm own is not touched. What would have to change is shown, for whoever changes it at its source. */
async function ofAnother(
  cluster: Cluster,
  object: KubernetesObject,
  there: KubernetesObject,
  owner: string,
  signal: AbortSignal,
): Promise<Tried> {
  const { live, dry } = await tryOnLive(cluster, object, there, true, signal);
  if (live !== undefined && dry.ok && dry.object !== undefined && isUnchanged(live, dry.object))
    return { is: 'unchanged', remarks: [] };
  return {
    is: 'blocked',
    blocked: {
      object: nameOf(object),
      because: `it belongs to ${owner}: change it at its source.`,
      why: 'owned',
      diff: changeShown(live, dry.ok ? (dry.object ?? object) : object),
    },
    live: live ?? there,
    remarks: [],
  };
}

function changes(
  object: KubernetesObject,
  live: KubernetesObject | undefined,
  after: KubernetesObject,
  force: boolean,
  conflicts: readonly { readonly manager: string; readonly field: string }[],
): Tried {
  const name = nameOf(object);
  return {
    is: 'changes',
    remarks: [],
    shown: { object: name, action: live === undefined ? 'create' : 'change', diff: changeShown(live, after) },
    planned: { object, live, force },
    takeovers: conflicts.map(({ manager, field }) => ({ object: name, manager, field })),
  };
}
