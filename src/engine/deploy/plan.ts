import { changeShown, isUnchanged, mayBeTakenOver } from '../../core/deploy/compare.ts';
import { ExpectedStop } from '../../core/failure.ts';
import { kindOf } from '../../core/kubernetes/kinds.ts';
import { type KubernetesObject, shortName } from '../../core/kubernetes/object.ts';
import { ownerElsewhere } from '../../core/kubernetes/owner-elsewhere.ts';
import { secretName } from '../../core/manifests/generated-secret.ts';
import type { Sent } from '../../core/outside/cluster-writer.ts';
import type { PlanFacts, PlannedChange } from '../../core/setup/effect.ts';
import type { Cluster, Planned } from './ports.ts';

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

export const nameOf = ({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string =>
  metadata.namespace === undefined
    ? shortName({ kind, name: metadata.name })
    : `${kind}/${metadata.namespace}/${metadata.name}`;

/** The object as it is, or undefined where there is none. Throws where that cannot be read: nothing is planned blindly. */
export async function liveOf(
  { reader }: Pick<Cluster, 'reader'>,
  object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>,
  signal: AbortSignal,
): Promise<KubernetesObject | undefined> {
  const kind = kindOf(object);
  if (kind === undefined) return undefined;
  const { name, namespace } = object.metadata;
  const answer = await reader.look(
    { at: 'get', kind, name, ...(namespace === undefined ? {} : { namespace }) },
    signal,
  );
  if (answer.ok) return answer.value;
  if (answer.why === 'not-found') return undefined;
  const reason = answer.why === 'unreachable' ? 'no-connection' : answer.why === 'timed-out' ? 'timed-out' : 'refused';
  throw new ExpectedStop(
    reason,
    `${nameOf(object)} cannot be read, so nothing is changed: ${answer.detail}`,
    answer.needs === undefined ? [] : [`The right that is missing: ${answer.needs}`],
  );
}

/** What may not be looked at is not planned for; the rest is, so that it can be shown. */
export const liveOrForbidden = (
  cluster: Pick<Cluster, 'reader'>,
  object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>,
  signal: AbortSignal,
) =>
  liveOf(cluster, object, signal).catch((error: unknown) => {
    if (error instanceof ExpectedStop && error.reason === 'refused') return error;
    throw error;
  });

const forbidden = (object: KubernetesObject, { message, next }: ExpectedStop): Tried => ({
  is: 'blocked',
  blocked: { object: nameOf(object), because: [message, ...next].join(' '), why: 'forbidden', diff: null },
  remarks: [],
});

async function tryOne(
  cluster: Cluster,
  object: KubernetesObject,
  live: KubernetesObject | undefined,
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
  if (object.kind === 'Secret' && object.metadata.name.startsWith(`${secretName}-`) && live !== undefined)
    return { is: 'unchanged', remarks: [] };

  const owner = live === undefined ? undefined : ownerElsewhere(live);
  if (live !== undefined && owner !== undefined) return await ofAnother(cluster, object, live, owner, signal);
  const dry = await attempt(cluster, object, false, signal);
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
  const forced = await attempt(cluster, object, true, signal);
  if (others.length > 0 || conflicts.length === 0) {
    const held = others.map(({ manager, field }) => `${field} is set by ${manager}`).join(', ');
    return {
      is: 'blocked',
      blocked: {
        object: name,
        because: `${held || dry.detail}; it is not taken over.`,
        why: 'owned',
        diff: forced.ok ? changeShown(live, forced.object ?? object) : null,
      },
      remarks: [],
    };
  }
  if (!forced.ok) return blocked(forced.detail);
  return changes(object, live, forced.object ?? object, true, conflicts);
}

/** What GitOps or Helm own is not touched. What would have to change is shown, for whoever changes it at its source. */
async function ofAnother(
  cluster: Cluster,
  object: KubernetesObject,
  live: KubernetesObject,
  owner: string,
  signal: AbortSignal,
): Promise<Tried> {
  const dry = await attempt(cluster, object, true, signal);
  if (dry.ok && dry.object !== undefined && isUnchanged(live, dry.object)) return { is: 'unchanged', remarks: [] };
  return {
    is: 'blocked',
    blocked: {
      object: nameOf(object),
      because: `it belongs to ${owner}: change it at its source.`,
      why: 'owned',
      diff: changeShown(live, dry.ok ? (dry.object ?? object) : object),
    },
    live,
    remarks: [],
  };
}

const attempt = (
  { writer }: Pick<Cluster, 'writer'>,
  object: KubernetesObject,
  force: boolean,
  signal: AbortSignal,
): Promise<Sent> => writer.send({ do: 'apply', object }, { dryRun: true, force }, signal);

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
