import type { Fetched } from '../fetched.ts';
import { wantedWith } from '../kubernetes/autoscaling.ts';
import { condition, numberAt } from '../kubernetes/field.ts';
import { type KubernetesObject, shortName } from '../kubernetes/object.ts';

/** Whether an object has come to what it should be, and if not, what it says it is waiting for. */
export type Readiness = {
  readonly object: string;
  readonly ready: boolean;
  readonly reason: string;
  /** It says itself that it failed; waiting may still help, as controllers try again. */
  readonly failing: boolean;
};

/** `scalers`: the autoscalers of its namespace, which may want more of a Deployment than it says just now. */
export function readinessOf(
  object: KubernetesObject,
  scalers: Fetched<readonly KubernetesObject[]> = { ok: true, value: [] },
): Readiness {
  const name = shortName({ kind: object.kind, name: object.metadata.name });
  return object.kind === 'Deployment' ? deployment(name, object, scalers) : byCondition(name, object);
}

function byCondition(name: string, object: KubernetesObject): Readiness {
  const ready = condition(object, 'Ready');
  const isCurrent = ready?.observedGeneration === undefined || ready.observedGeneration === object.metadata.generation;
  if (ready === undefined || !isCurrent)
    return { object: name, ready: false, failing: false, reason: `${name}: not looked at by its controller yet` };
  if (ready.status === 'True') return { object: name, ready: true, failing: false, reason: `${name}: Ready` };
  const issuing = condition(object, 'Issuing');
  const detail = ready.message || issuing?.message || ready.reason || 'not Ready yet';
  const isUnderWay = issuing?.status === 'True' || /DoesNotExist|Initializing|^$/.test(ready.reason);
  return { object: name, ready: false, failing: ready.status === 'False' && !isUnderWay, reason: `${name}: ${detail}` };
}

function deployment(name: string, object: KubernetesObject, scalers: Fetched<readonly KubernetesObject[]>): Readiness {
  const wanted = wantedWith(object, scalers.ok ? scalers.value : []);
  const updated = numberAt(object, 'status.updatedReplicas') ?? 0;
  const available = numberAt(object, 'status.availableReplicas') ?? 0;
  const all = numberAt(object, 'status.replicas') ?? 0;
  const isSeen = numberAt(object, 'status.observedGeneration') === object.metadata.generation;
  if (isSeen && updated >= wanted && available >= wanted && all === updated) {
    const unseen = scalers.ok ? '' : ', as far as is seen: what an autoscaler keeps at least could not be read';
    return {
      object: name,
      ready: true,
      failing: false,
      reason: `${name}: ${available} of ${wanted} pods available${unseen}`,
    };
  }
  const failed = condition(object, 'Progressing');
  const isStuck = failed?.status === 'False' && failed.reason === 'ProgressDeadlineExceeded';
  const refused = condition(object, 'ReplicaFailure');
  const detail = refused?.status === 'True' ? `, ${refused.message}` : isStuck ? `, ${failed.message}` : '';
  return {
    object: name,
    ready: false,
    failing: isStuck || refused?.status === 'True',
    reason: `${name}: ${available} of ${wanted} pods available${detail}`,
  };
}
