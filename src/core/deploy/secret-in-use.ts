import type { Fetched } from '../fetched.ts';
import { textMapAt } from '../kubernetes/field.ts';
import { isOwnedBy, type KubernetesObject } from '../kubernetes/object.ts';
import { refersToSecret } from '../kubernetes/secret-references.ts';
import type { CheckFacts } from '../setup/effect.ts';

type Sight = {
  readonly secret: string;
  readonly deployment: Fetched<KubernetesObject>;
  readonly replicaSets: Fetched<readonly KubernetesObject[]>;
  readonly pods: Fetched<readonly KubernetesObject[]>;
};

const revision = 'deployment.kubernetes.io/revision';

/** Whether all pods there are come from the newest ReplicaSet and refer to this Secret: only then is a changed value in use. */
export function secretInUse({ secret, deployment, replicaSets, pods }: Sight): CheckFacts {
  const verdict = (state: CheckFacts['state'], detail: string): CheckFacts => ({
    id: 'secret-in-use',
    title: 'Pods use the Secret that was applied',
    state,
    detail,
  });
  for (const seen of [deployment, replicaSets, pods]) if (!seen.ok) return verdict('not-looked', seen.detail);
  if (!deployment.ok || !replicaSets.ok || !pods.ok) return verdict('not-looked', 'not read');
  const wanted = revisionOf(deployment.value);
  const sets = replicaSets.value.filter((set) => isOwnedBy(set, deployment.value));
  const newest = sets.find((set) => revisionOf(set) === wanted);
  if (newest === undefined) return verdict('failed', `there is no ReplicaSet of revision ${wanted}.`);
  const name = newest.metadata.name;
  if (!refersToSecret(newest, 'spec.template.spec', secret))
    return verdict('failed', `the newest ReplicaSet ${name} does not refer to ${secret}.`);
  const running = pods.value.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const own = running.filter((pod) => isOwnedBy(pod, newest));
  const old = running.filter((pod) => sets.some((set) => set !== newest && isOwnedBy(pod, set)));
  if (old.length > 0)
    return verdict('failed', `${old.length} pods of earlier ReplicaSets still run: ${old.map(named).join(', ')}.`);
  const without = own.filter((pod) => !refersToSecret(pod, 'spec', secret));
  if (without.length > 0) return verdict('failed', `${without.map(named).join(', ')} do not refer to ${secret}.`);
  return own.length === 0
    ? verdict('failed', `ReplicaSet ${name} has no pods.`)
    : verdict('passed', `${own.length} of ${own.length} pods, all of ReplicaSet ${name}, refer to ${secret}`);
}

const named = ({ metadata }: KubernetesObject): string => metadata.name;

export const revisionOf = (object: KubernetesObject): string | undefined =>
  textMapAt(object, 'metadata.annotations')[revision];
