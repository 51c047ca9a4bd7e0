import { secretInUse } from '../../core/deploy/secret-in-use.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { CheckFacts } from '../../core/setup/effect.ts';
import type { Cluster } from './ports.ts';

/** Looks whether the pods that run refer to this Secret. */
export async function lookSecretInUse(
  { reader }: Pick<Cluster, 'reader'>,
  namespace: string,
  secret: string,
  signal: AbortSignal,
): Promise<CheckFacts> {
  const [deployment, replicaSets, pods] = await Promise.all([
    reader.look({ at: 'get', kind: kinds.Deployment, name: 'auth-service', namespace }, signal),
    reader.look({ at: 'list', kind: kinds.ReplicaSet, namespace }, signal),
    reader.look({ at: 'list', kind: kinds.Pod, namespace }, signal),
  ]);
  return secretInUse({ secret, deployment, replicaSets, pods });
}
