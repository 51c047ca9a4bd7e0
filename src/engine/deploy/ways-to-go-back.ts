import type { AppliedSet } from '../../core/deploy/applied-set.ts';
import { revisionOf } from '../../core/deploy/secret-in-use.ts';
import { ExpectedStop } from '../../core/failure.ts';
import { listAt, textAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import { isOwnedBy } from '../../core/kubernetes/object.ts';
import { type EnvironmentName, namespaces } from '../../core/setup/settings.ts';
import type { Cluster } from './ports.ts';
import { lookMemory } from './remember.ts';

export type Revision = { readonly revision: number; readonly image: string };

/** What there is to go back to, the newest first: not what stands now. Revisions that may not be read are none. */
export async function waysToGoBack(
  cluster: Cluster,
  environment: EnvironmentName,
  signal: AbortSignal,
): Promise<{ readonly sets: readonly AppliedSet[]; readonly revisions: readonly Revision[] }> {
  const [seen, revisions] = await Promise.all([
    lookMemory(cluster, environment, signal),
    earlierRevisions(cluster, environment, signal),
  ]);
  if (!seen.ok) throw new ExpectedStop('refused', `What ${environment} remembers cannot be read: ${seen.because}`);
  return { sets: (seen.memory?.sets ?? []).slice(0, -1).toReversed(), revisions };
}

async function earlierRevisions(
  { reader }: Pick<Cluster, 'reader'>,
  environment: EnvironmentName,
  signal: AbortSignal,
): Promise<readonly Revision[]> {
  const namespace = namespaces[environment];
  const [deployment, sets] = await Promise.all([
    reader.look({ at: 'get', kind: kinds.Deployment, name: 'auth-service', namespace }, signal),
    reader.look({ at: 'list', kind: kinds.ReplicaSet, namespace }, signal),
  ]);
  if (!deployment.ok || !sets.ok) return [];
  const standing = revisionOf(deployment.value);
  return sets.value
    .filter((set) => isOwnedBy(set, deployment.value) && revisionOf(set) !== standing)
    .map((set) => ({
      revision: Number(revisionOf(set)),
      image: textAt(listAt(set, 'spec.template.spec.containers')[0], 'image') ?? 'image not known',
    }))
    .filter(({ revision }) => revision > 0)
    .toSorted((one, other) => other.revision - one.revision);
}
