import { textMapAt } from '../kubernetes/field.ts';
import { kindOf } from '../kubernetes/kinds.ts';
import { type KubernetesObject, type ObjectRef, refTo, shortName } from '../kubernetes/object.ts';
import { refersToSecret } from '../kubernetes/secret-references.ts';
import type { Hash } from '../manifests/hash.ts';
import { type AppliedSet, objectsOf } from './applied-set.ts';
import type { Memory } from './memory.ts';

/** What an earlier set brought and these objects are not, as far as it is remembered. A namespace is never among it. */
export function goneSince(memory: Memory, objects: readonly KubernetesObject[], hash: Hash): readonly ObjectRef[] {
  const wanted = new Set(objects.map((object) => keyOf(refTo(object))));
  const before = [
    ...memory.inventory,
    ...memory.sets.flatMap((set) => [...(objectsOf(set, memory.objects, hash) ?? []).map(refTo), ...set.secrets]),
  ];
  return [...new Map(before.map((ref) => [keyOf(ref), ref])).values()].filter(
    (ref) => !wanted.has(keyOf(ref)) && ref.kind !== 'Namespace' && kindOf(ref) !== undefined,
  );
}

const keyOf = ({ apiVersion, kind, namespace = '', name }: ObjectRef): string =>
  `${apiVersion}/${kind}/${namespace}/${name}`;

/** Which applied set a Secret is kept for: without it there would be no way back to that set. */
export const setThatNeeds = (sets: readonly AppliedSet[], { name, namespace }: ObjectRef): AppliedSet | undefined =>
  sets.findLast(({ secrets }) => secrets.some((one) => one.name === name && one.namespace === namespace));

const revision = 'deployment.kubernetes.io/revision';

/** Who still refers to a Secret: pods that run with it, and ReplicaSets that a rollback of the Deployment may return to. In words. */
export function userOfSecret(
  secret: string,
  pods: readonly KubernetesObject[],
  replicaSets: readonly KubernetesObject[],
): string | undefined {
  const pod = pods.find((one) => refersToSecret(one, 'spec', secret));
  if (pod !== undefined) return `${shortName(refTo(pod))} refers to it`;
  const set = replicaSets.find((one) => refersToSecret(one, 'spec.template.spec', secret));
  if (set === undefined) return undefined;
  const number = textMapAt(set, 'metadata.annotations')[revision];
  const back = number === undefined ? '' : `, and a rollback to revision ${number} needs it`;
  return `${shortName(refTo(set))} refers to it${back}`;
}
