import { byHand } from '../../../src/core/by-hand.ts';
import { toEarlierTemplate } from '../../../src/core/kubernetes/earlier-template.ts';
import { listAt, numberAt, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { keptElsewhere } from '../keeper.ts';
import { revisionOf } from '../workload.ts';
import type { Rollout } from './fresh-pods.ts';

/**
 * Back to the version whose pods still serve, as `kubectl rollout undo` does it: what differs between the two templates is patched, and the
 * same patch reversed is the way forward again.
 */
export function rollBack(rollout: Rollout, risk: Remedy['risk']): readonly Remedy[] {
  const { deployment, old } = rollout;
  const { name, namespace } = deployment.metadata;
  // The newest of the old versions may be as broken as this one: what serves is known to work.
  const serving = old.find((set) => (numberAt(set, 'status.readyReplicas') ?? 0) > 0);
  const revision = serving && revisionOf(serving);
  const commands = [
    `kubectl -n ${namespace} rollout history deployment/${name}`,
    `kubectl -n ${namespace} rollout undo deployment/${name}${revision ? ` --to-revision ${revision}` : ''}`,
  ];
  if (!serving) return goBackByHand(rollout, risk);
  const { change, unseen } = toEarlierTemplate(deployment, serving);
  return [
    {
      id: 'roll-back',
      title: `Go back to revision ${revision}, whose ${numberAt(serving, 'status.readyReplicas')} pods serve (${imagesOf(serving)})`,
      risk,
      automatic: 'yes',
      commands,
      changes: [change],
      undo: 'Rolls out the new version again.',
      reversible: true,
      blockedBy: keptElsewhere(deployment) ?? (unseen ? notRead : null),
      healsWithin: 300,
    },
  ];
}

/** The same for a person to decide; nothing where this is the first version. */
export function goBackByHand({ deployment, old }: Rollout, risk: Remedy['risk']): readonly Remedy[] {
  const { name, namespace } = deployment.metadata;
  if (old.length === 0) return [];
  return [
    byHand({
      id: 'go-back',
      title: 'Go back to the version before',
      risk,
      commands: [
        `kubectl -n ${namespace} rollout history deployment/${name}`,
        `kubectl -n ${namespace} rollout undo deployment/${name}`,
      ],
    }),
  ];
}

const notRead =
  'the versions differ in commands, arguments or variables, which this tool does not read: kubectl does it whole';

export const imagesOf = (object: KubernetesObject): string =>
  listAt(object, 'spec.template.spec.containers')
    .map((container) => textAt(container, 'image') ?? '')
    .join(', ');
