import { createHash } from 'node:crypto';
import { at, condition, numberAt, textAt, textMapAt, timeAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { boundsOf } from '../../core/kubernetes/rollout-bounds.ts';
import { isMap, type JsonMap, merged, same } from '../json.ts';
import { deploymentStatus, withoutPause } from './deployment-status.ts';
import { nextSizes, type Scale } from './rolling-update.ts';
import { ownerOf, statusOf } from './status.ts';
import { type Controller, joined, later, type Turn, type View, type Write } from './turn.ts';

const by = 'deployment-controller';
const revisionAnnotation = 'deployment.kubernetes.io/revision';

/** Rolls Deployments out by ReplicaSets (kubernetes, pkg/controller/deployment). */
export const deployments: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.Deployment).map((deployment) => deployOne(view, deployment))),
};

const isOwnedBy = (object: KubernetesObject, owner: KubernetesObject): boolean =>
  object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;

function deployOne(view: View, deployment: KubernetesObject): Turn {
  const { namespace } = deployment.metadata;
  const sets = view.of(kinds.ReplicaSet, namespace).filter((set) => isOwnedBy(set, deployment));
  const stirred = view.isStirred(deployment) || view.stirred(kinds.ReplicaSet, (set) => isOwnedBy(set, deployment));
  const deadline = deadlineOf(view, deployment);
  if (
    (!stirred && !(deadline !== undefined && deadline <= view.now)) ||
    deployment.metadata.deletionTimestamp !== undefined
  )
    return { writes: [], due: deadline };
  const fresh = sets.find((set) => isOfTemplate(set, deployment));
  const old = sets.filter((set) => set !== fresh).toSorted((a, b) => revisionOf(a) - revisionOf(b));
  const isPaused = at(deployment, 'spec.paused') === true;
  const resumed = isPaused ? undefined : withoutPause(view, deployment);
  if (resumed) return { writes: [{ do: 'status', object: deployment, status: resumed, by }] };
  const moves = isPaused
    ? scaleOnly(deployment, sets)
    : fresh
      ? scale(view, deployment, fresh, old)
      : [makeSet(deployment, sets, old)];
  if (moves.length > 0) return { writes: moves };
  const revision = fresh && revisionOf(fresh);
  const isAnnotated = !fresh || Number(textMapAt(deployment, 'metadata.annotations')[revisionAnnotation]) === revision;
  const status = deploymentStatus(view, deployment, fresh, old);
  return {
    writes: [
      ...(isAnnotated
        ? []
        : [{ do: 'annotate', object: deployment, annotations: { [revisionAnnotation]: String(revision) } } as const]),
      ...(same(status, statusOf(deployment)) ? [] : [{ do: 'status', object: deployment, status, by } as const]),
    ],
    due: deadline,
  };
}

/** Progress that does not come is told when its time is over; what was over at the loading is part of the story. */
function deadlineOf(view: View, deployment: KubernetesObject): Date | undefined {
  const progressing = condition(deployment, 'Progressing');
  if (progressing?.status !== 'True' || progressing.reason === 'NewReplicaSetAvailable') return undefined;
  const conditions = at(deployment, 'status.conditions');
  const entry = (Array.isArray(conditions) ? conditions : []).find((item) => textAt(item, 'type') === 'Progressing');
  const since = timeAt(entry, 'lastUpdateTime');
  const deadline = since && later(since, numberAt(deployment, 'spec.progressDeadlineSeconds') ?? 600);
  return deadline !== undefined && deadline > view.loadedAt ? deadline : undefined;
}

const revisionOf = (set: KubernetesObject): number =>
  Number(textMapAt(set, 'metadata.annotations')[revisionAnnotation] ?? 0);

function isOfTemplate(set: KubernetesObject, deployment: KubernetesObject): boolean {
  return same(
    merged(at(set, 'spec.template'), { metadata: { labels: { 'pod-template-hash': null } } }),
    at(deployment, 'spec.template'),
  );
}

function makeSet(
  deployment: KubernetesObject,
  sets: readonly KubernetesObject[],
  old: readonly KubernetesObject[],
): Write {
  const template = at(deployment, 'spec.template');
  const hash = hashOf(template);
  const labels = { ...textMapAt(deployment, 'spec.template.metadata.labels'), 'pod-template-hash': hash };
  const revision = Math.max(0, ...sets.map(revisionOf)) + 1;
  const wanted = numberAt(deployment, 'spec.replicas') ?? 1;
  const isFirst = old.every((set) => (numberAt(set, 'spec.replicas') ?? 0) === 0);
  const { maxSurge } = boundsOf(deployment, wanted);
  const total = old.reduce((sum, set) => sum + (numberAt(set, 'spec.replicas') ?? 0), 0);
  const start =
    textAt(deployment, 'spec.strategy.type') === 'Recreate' && !isFirst
      ? 0
      : Math.max(0, Math.min(wanted, wanted + maxSurge - total));
  return {
    do: 'create',
    by,
    object: {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace ?? '',
        labels,
        annotations: {
          'deployment.kubernetes.io/desired-replicas': String(wanted),
          'deployment.kubernetes.io/max-replicas': String(wanted + maxSurge),
          [revisionAnnotation]: String(revision),
        },
        ownerReferences: [ownerOf(deployment)],
      },
      spec: {
        replicas: start,
        ...(at(deployment, 'spec.minReadySeconds') === undefined
          ? {}
          : { minReadySeconds: at(deployment, 'spec.minReadySeconds') }),
        selector: merged(at(deployment, 'spec.selector'), { matchLabels: { 'pod-template-hash': hash } }),
        template: merged(template, { metadata: { labels } }),
      },
    },
  };
}

/** Ten of the letters that Kubernetes takes for a template's hash. */
function hashOf(template: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(template)).digest();
  return [...digest.subarray(0, 10)].map((byte) => 'bcdfghjklmnpqrstvwxz2456789'[byte % 27]).join('');
}

function scale(
  view: View,
  deployment: KubernetesObject,
  fresh: KubernetesObject,
  old: readonly KubernetesObject[],
): readonly Write[] {
  const wanted = numberAt(deployment, 'spec.replicas') ?? 1;
  const sets = [fresh, ...old];
  const sizes =
    textAt(deployment, 'spec.strategy.type') === 'Recreate'
      ? recreate(view, wanted, fresh, old)
      : nextSizes(wanted, scaleOf(fresh), old.map(scaleOf), boundsOf(deployment, wanted));
  const resized = sets.flatMap((set) => {
    const size = sizes.get(set.metadata.name);
    return size === undefined || size === numberAt(set, 'spec.replicas') ? [] : [resize(deployment, set, size)];
  });
  // A rollback takes an old template up again, as a new revision.
  const newest = Math.max(...sets.map(revisionOf));
  if (revisionOf(fresh) < newest) {
    const annotations = { ...fresh.metadata.annotations, [revisionAnnotation]: String(newest + 1) };
    return [
      { do: 'update', object: { ...fresh, metadata: { ...fresh.metadata, annotations } }, by },
      ...resized.flat(),
    ];
  }
  return resized.flat();
}

const scaleOf = (set: KubernetesObject): Scale => ({
  name: set.metadata.name,
  replicas: numberAt(set, 'spec.replicas') ?? 0,
  available: numberAt(set, 'status.availableReplicas') ?? 0,
});

/** Paused, the one set that has pods follows the number that is wanted. Between several they would be shared out, which is not played. */
function scaleOnly(deployment: KubernetesObject, sets: readonly KubernetesObject[]): readonly Write[] {
  const wanted = numberAt(deployment, 'spec.replicas') ?? 1;
  const busy = sets.filter((set) => (numberAt(set, 'spec.replicas') ?? 0) > 0);
  const [only] = busy.length > 0 ? busy : sets.toSorted((a, b) => revisionOf(b) - revisionOf(a));
  return busy.length > 1 || !only || numberAt(only, 'spec.replicas') === wanted ? [] : resize(deployment, only, wanted);
}

/** New pods come only when the last old one is gone, those that are ending too. */
function recreate(
  view: View,
  wanted: number,
  fresh: KubernetesObject,
  old: readonly KubernetesObject[],
): ReadonlyMap<string, number> {
  const busy = old.filter((set) => (numberAt(set, 'spec.replicas') ?? 0) > 0);
  if (busy.length > 0) return new Map(busy.map((set) => [set.metadata.name, 0]));
  const isLeft = view.of(kinds.Pod, fresh.metadata.namespace).some((pod) => old.some((set) => isOwnedBy(pod, set)));
  return isLeft ? new Map() : new Map([[fresh.metadata.name, wanted]]);
}

function resize(deployment: KubernetesObject, set: KubernetesObject, size: number): readonly Write[] {
  const from = numberAt(set, 'spec.replicas') ?? 0;
  const spec: JsonMap = isMap(set['spec']) ? set['spec'] : {};
  return [
    { do: 'update', object: { ...set, spec: { ...spec, replicas: size } }, by },
    {
      do: 'event',
      about: deployment,
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled ${size > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${size}`,
      by,
    },
  ];
}
