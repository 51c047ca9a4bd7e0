import { byHand } from '../../../src/core/by-hand.ts';
import { at, listAt, numberAt, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type Difference, differences } from '../../../src/core/kubernetes/template-difference.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
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
  const changed = differences(at(deployment, 'spec.template'), templateIn(serving));
  return [
    {
      id: 'roll-back',
      title: `Go back to revision ${revision}, whose ${numberAt(serving, 'status.readyReplicas')} pods serve (${imagesOf(serving)})`,
      risk,
      automatic: 'yes',
      commands,
      changes: [
        patchOf(
          deployment,
          changed.map(({ path, to }) => ({ path: ['spec', 'template', ...path], to })),
        ),
      ],
      undo: 'Rolls out the new version again.',
      reversible: true,
      blockedBy: keptElsewhere(deployment) ?? unseenIn(deployment, serving, changed),
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

/** The template as a Deployment has it: without the hash that its controller added. */
function templateIn(set: KubernetesObject): unknown {
  const template = at(set, 'spec.template') as { metadata?: { labels?: Readonly<Record<string, string>> } } | undefined;
  const { 'pod-template-hash': _, ...labels } = template?.metadata?.labels ?? {};
  return { ...template, metadata: { ...template?.metadata, labels } };
}

/**
 * Values of the environment, commands and arguments are not read by this tool. Where the two versions differ in them, or a whole container
 * or list of variables would have to be written, the patch would leave out what it cannot see.
 */
function unseenIn(deployment: KubernetesObject, set: KubernetesObject, changed: readonly Difference[]): string | null {
  const differs = at(deployment, 'hiddenValues') !== at(set, 'hiddenValues');
  const isWhole = changed.some(
    ({ path, from, to }) =>
      holdsHidden(path) && (Array.isArray(from) || Array.isArray(to) || typeof path.at(-1) === 'number'),
  );
  return differs || isWhole
    ? 'the versions differ in commands, arguments or variables, which this tool does not read: kubectl does it whole'
    : null;
}

const holdsHidden = (path: Difference['path']): boolean => {
  const last = path.findLast((step) => typeof step === 'string');
  return ['containers', 'initContainers', 'env', 'httpHeaders'].includes(String(last));
};

export const imagesOf = (object: KubernetesObject): string =>
  listAt(object, 'spec.template.spec.containers')
    .map((container) => textAt(container, 'image') ?? '')
    .join(', ');
