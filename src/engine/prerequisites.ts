import type { ClusterIdentity, ClusterReader } from '../core/outside/cluster-reader.ts';
import type { Shell } from '../core/outside/shell.ts';
import { components } from '../core/prerequisites/components.ts';
import { kubectl, kubectlVersion } from '../core/prerequisites/machine.ts';
import type { Prerequisite } from '../core/prerequisites/prerequisite.ts';
import { requestText } from '../core/prerequisites/request.ts';
import { rights, rightsFor } from '../core/prerequisites/rights.ts';
import { type Component, helmReleaseOf, versionsOf } from '../core/prerequisites/versions.ts';
import type { SeenPrerequisite } from '../core/report/prerequisites-report.ts';
import type { EnvironmentName } from '../core/setup/settings.ts';
import { seeComponents } from './setup/look.ts';

/** This machine and a cluster, as set-up sees them. Reads only. */
export async function lookAtPrerequisites(
  { reader, shell }: { readonly reader: ClusterReader; readonly shell: Shell },
  identity: ClusterIdentity,
  environments: readonly EnvironmentName[],
  signal: AbortSignal,
): Promise<readonly SeenPrerequisite[]> {
  const [client, see, reviewed] = await Promise.all([
    shell.run(kubectlVersion.command, kubectlVersion.args, { timeoutMs: 10_000 }, signal),
    seeComponents({ reader }, signal),
    Promise.all(rightsFor(environments).map(async (right) => ({ right, may: await reader.may(right, signal) }))),
  ]);
  const access: Prerequisite = {
    id: 'access',
    title: 'Access',
    state: 'fine',
    found: null,
    minimum: null,
    because: `${identity.server} answers to this login`,
    needed: true,
    owner: 'platform',
    commands: [],
  };
  return [kubectl(client), access, rights(reviewed), ...components(see)].map((one) => ({
    ...one,
    versions: isComponent(one.id) ? versionsOf(see, one.id) : [],
    helm: isComponent(one.id) ? helmReleaseOf(see, one.id) : null,
    request: requestText(one, identity),
  }));
}

const isComponent = (id: Prerequisite['id']): id is Component =>
  id === 'cert-manager' || id === 'prometheus-operator' || id === 'ingress-nginx';
