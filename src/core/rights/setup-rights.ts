import { memoryName } from '../deploy/memory.ts';
import { kinds } from '../kubernetes/kinds.ts';
import { firstLooks, looksAtCertManager, looksAtIngress } from '../prerequisites/looks.ts';
import { type EnvironmentName, namespaces } from '../setup/settings.ts';
import { type CommandRights, commandRights, toKnowTheCluster } from './command-rights.ts';
import { rightsToApply, rightsToWatch } from './environment-rights.ts';
import { rightOfLook } from './of-look.ts';
import { type Right, rightTo } from './right.ts';

/** What is looked at on a cluster to see whether the components are there. */
export const rightsToSeePrerequisites: readonly Right[] = [
  ...firstLooks,
  ...looksAtIngress('ingress-nginx'),
  ...looksAtCertManager('cert-manager'),
].map(rightOfLook);

/** What set-up needs for these environments, besides what the runbooks need that judge it while it waits. */
export function setupRights(environments: readonly EnvironmentName[]): CommandRights {
  return commandRights(
    [...rightsToSeePrerequisites, ...environments.flatMap(rightsToWatch)],
    [
      toKnowTheCluster,
      ...environments.flatMap(rightsToApply),
      // One pod is tried on the server, and not kept: quota and Pod Security answer for themselves.
      ...environments.map((name) => rightTo('create', kinds.Pod, { namespace: namespaces[name] })),
      // Whether staging has passed opens the way to production.
      ...(environments.includes('production')
        ? [rightTo('get', kinds.ConfigMap, { namespace: namespaces.staging, name: memoryName })]
        : []),
    ],
  );
}
