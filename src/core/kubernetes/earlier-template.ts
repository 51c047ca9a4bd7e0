import type { Change } from '../change.ts';
import { patchOf } from '../patch-of.ts';
import { at } from './field.ts';
import type { KubernetesObject } from './object.ts';
import { type Difference, differences } from './template-difference.ts';

/**
 * The pod template of an earlier ReplicaSet put back, as `kubectl rollout undo` does it: what differs is patched, and the same patch
 * reversed is the way forward again. `unseen`: the two differ in what this tool does not read, so that its patch would not be whole.
 */
export function toEarlierTemplate(
  deployment: KubernetesObject,
  set: KubernetesObject,
): { readonly change: Change; readonly differs: boolean; readonly unseen: boolean } {
  const changed = differences(at(deployment, 'spec.template'), templateIn(set));
  return {
    change: patchOf(
      deployment,
      changed.map(({ path, to }) => ({ path: ['spec', 'template', ...path], to })),
    ),
    differs: changed.length > 0,
    unseen: hasUnseen(deployment, set, changed),
  };
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
function hasUnseen(deployment: KubernetesObject, set: KubernetesObject, changed: readonly Difference[]): boolean {
  const differs = at(deployment, 'hiddenValues') !== at(set, 'hiddenValues');
  return differs || changed.some(isWhole);
}

const isWhole = ({ path, from, to }: Difference): boolean =>
  holdsHidden(path) && (Array.isArray(from) || Array.isArray(to) || typeof path.at(-1) === 'number');

const holdsHidden = (path: Difference['path']): boolean => {
  const last = path.findLast((step) => typeof step === 'string');
  return ['containers', 'initContainers', 'env', 'httpHeaders'].includes(String(last));
};
