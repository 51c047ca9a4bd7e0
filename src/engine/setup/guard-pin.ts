import { ExpectedStop } from '../../core/failure.ts';
import type { ClusterIdentity } from '../../core/outside/cluster-reader.ts';
import type { EnvironmentName } from '../../core/setup/settings.ts';
import type { SetupPorts } from './ports.ts';

/** Nothing is written on a cluster that is not the pinned one, and nothing of production on one that cannot be told for sure. */
export async function guardPin(
  ports: SetupPorts,
  profile: string | undefined,
  environment: EnvironmentName,
  identity: ClusterIdentity,
): Promise<void> {
  const strange = await ports.profile.strangeness(profile, environment, identity);
  if (strange.length > 0) {
    throw new ExpectedStop(
      'refused',
      `The context ${identity.context} leads to another cluster than the one ${environment} is pinned to: ${strange.join('; ')}. Nothing was changed.`,
      [
        'Look where the context leads: kubectl config view --minify',
        'If the cluster was replaced on purpose: orion-setup profile create, and set up anew.',
      ],
    );
  }
  if (environment === 'production' && identity.uid === null) {
    throw new ExpectedStop(
      'refused',
      'The namespace kube-system may not be read, so this cluster cannot be told for sure; production is not written to.',
      ['The right that is missing: get namespaces kube-system'],
    );
  }
}
