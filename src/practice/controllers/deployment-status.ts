import { at, condition, listAt, numberAt, textAt, textMapAt, timeAt } from '../../core/kubernetes/field.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { boundsOf } from '../../core/kubernetes/rollout-bounds.ts';
import { timeText } from '../cluster.ts';
import { isMap, type JsonMap } from '../json.ts';
import { statusOf } from './status.ts';
import { later, type View } from './turn.ts';

/** A Deployment's status as its controller writes it (kubernetes, pkg/controller/deployment/{sync,progress}.go). */
export function deploymentStatus(
  view: View,
  deployment: KubernetesObject,
  fresh: KubernetesObject | undefined,
  old: readonly KubernetesObject[],
): JsonMap {
  const wanted = numberAt(deployment, 'spec.replicas') ?? 1;
  const sets = [...(fresh ? [fresh] : []), ...old];
  const sum = (field: string): number =>
    sets.reduce((total, set) => total + (numberAt(set, `status.${field}`) ?? 0), 0);
  const [replicas, ready, available] = ['replicas', 'readyReplicas', 'availableReplicas'].map(sum) as [
    number,
    number,
    number,
  ];
  const updated = (fresh && numberAt(fresh, 'status.replicas')) ?? 0;
  const counts = {
    replicas,
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: available,
    unavailableReplicas: Math.max(
      0,
      sets.reduce((total, set) => total + (numberAt(set, 'spec.replicas') ?? 0), 0) - available,
    ),
  };
  const numbers = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  const isEnough = available >= wanted - boundsOf(deployment, wanted).maxUnavailable;
  const isComplete = updated === wanted && replicas === wanted && available === wanted;
  const failure = sets.map((set) => condition(set, 'ReplicaFailure')).find((found) => found?.status === 'True');
  const conditions = [
    entry(
      view,
      deployment,
      'Available',
      isEnough
        ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
        : {
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
    ),
    progress(view, deployment, fresh, isComplete, counts),
    ...(failure
      ? [
          entry(view, deployment, 'ReplicaFailure', {
            status: 'True',
            reason: failure.reason,
            message: failure.message,
          }),
        ]
      : []),
  ];
  return { ...numbers, observedGeneration: deployment.metadata.generation, conditions };
}

/** That it was resumed is told before all else; undefined where it says nothing of a pause. */
export function withoutPause(view: View, deployment: KubernetesObject): JsonMap | undefined {
  const held = heldEntry(deployment, 'Progressing');
  if (held?.['reason'] !== 'DeploymentPaused') return undefined;
  const said = { status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' };
  const status = statusOf(deployment);
  const others = listAt(status, 'conditions').filter((one) => !isMap(one) || one['type'] !== 'Progressing');
  return { ...status, conditions: [...others, entry(view, deployment, 'Progressing', said)] };
}

type Said = { readonly status: string; readonly reason: string; readonly message: string };

const heldEntry = (deployment: KubernetesObject, type: string): JsonMap | undefined =>
  listAt(deployment, 'status.conditions')
    .filter(isMap)
    .find((item) => item['type'] === type);

/** The moment of an update is kept while nothing is new. */
function entry(view: View, deployment: KubernetesObject, type: string, said: Said, isNews = false): JsonMap {
  const held = heldEntry(deployment, type);
  const time = timeText(view.now);
  const isSame = held?.['status'] === said.status && held['reason'] === said.reason && held['message'] === said.message;
  return {
    type,
    ...said,
    lastTransitionTime: held?.['status'] === said.status ? held['lastTransitionTime'] : time,
    lastUpdateTime: isSame && !isNews ? held['lastUpdateTime'] : time,
  };
}

function progress(
  view: View,
  deployment: KubernetesObject,
  fresh: KubernetesObject | undefined,
  isComplete: boolean,
  counts: Readonly<Record<string, number>>,
): JsonMap {
  const name = fresh?.metadata.name ?? '';
  const held = heldEntry(deployment, 'Progressing');
  if (at(deployment, 'spec.paused') === true)
    // That it did not get on in time is not overwritten.
    return held?.['reason'] === 'ProgressDeadlineExceeded'
      ? held
      : entry(view, deployment, 'Progressing', {
          status: 'Unknown',
          reason: 'DeploymentPaused',
          message: 'Deployment is paused',
        });
  if (isComplete)
    return entry(view, deployment, 'Progressing', {
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${name}" has successfully progressed.`,
    });
  // A roll-out that has ended stays so while its pods come and go, however the Deployment is scaled.
  if (held?.['reason'] === 'NewReplicaSetAvailable' && counts['replicas'] === counts['updatedReplicas']) return held;
  const was = statusOf(deployment);
  const before = (field: string): number => (typeof was[field] === 'number' ? was[field] : 0);
  const moved =
    (counts['updatedReplicas'] ?? 0) > before('updatedReplicas') ||
    (counts['readyReplicas'] ?? 0) > before('readyReplicas') ||
    (counts['availableReplicas'] ?? 0) > before('availableReplicas') ||
    (counts['replicas'] ?? 0) - (counts['updatedReplicas'] ?? 0) < before('replicas') - before('updatedReplicas');
  const isNew =
    was['observedGeneration'] !== deployment.metadata.generation && held?.['reason'] !== 'DeploymentResumed';
  const going: Said = { status: 'True', reason: 'ReplicaSetUpdated', message: `ReplicaSet "${name}" is progressing.` };
  if (fresh && !moved && revisionNoted(fresh) !== revisionNoted(deployment))
    return entry(
      view,
      deployment,
      'Progressing',
      { status: 'True', reason: 'NewReplicaSetCreated', message: `Created new replica set "${name}"` },
      true,
    );
  if (!held || moved || isNew) return entry(view, deployment, 'Progressing', going, true);
  const since = timeAt(held, 'lastUpdateTime');
  const isOverdue =
    since !== undefined &&
    textAt(held, 'reason') !== 'NewReplicaSetAvailable' &&
    later(since, numberAt(deployment, 'spec.progressDeadlineSeconds') ?? 600) <= view.now;
  if (isOverdue)
    return entry(view, deployment, 'Progressing', {
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${name}" has timed out progressing.`,
    });
  return held;
}

/** The Deployment is told its revision in the turn after a set was made for it. */
const revisionNoted = (object: KubernetesObject): string | undefined =>
  textMapAt(object, 'metadata.annotations')['deployment.kubernetes.io/revision'];
