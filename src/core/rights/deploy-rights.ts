import { memoryName } from '../deploy/memory.ts';
import { kinds } from '../kubernetes/kinds.ts';
import { type EnvironmentName, namespaces } from '../setup/settings.ts';
import { type CommandRights, commandRights, toKnowTheCluster } from './command-rights.ts';
import { rightsToApply, rightsToWatch } from './environment-rights.ts';
import { type Right, rightTo } from './right.ts';

/** A dry run needs the right to do what it tries: RBAC knows none to only try. */
export const diffRights = (environments: readonly EnvironmentName[]): CommandRights =>
  commandRights([toKnowTheCluster, ...environments.flatMap(rightsToApply)], []);

/**
 * What deploy and rollback need, besides what the runbook needs that judges while it is waited. Deleting is not among it: --prune deletes
 * whatever an earlier set brought, of kinds that are not known beforehand.
 */
export function deployRights(environments: readonly EnvironmentName[]): CommandRights {
  const looks = environments.flatMap((name): readonly Right[] => [
    ...rightsToWatch(name),
    // That the pods of the newest ReplicaSet use the Secret that was applied.
    rightTo('list', kinds.ReplicaSet, { namespace: namespaces[name] }),
    rightTo('list', kinds.Pod, { namespace: namespaces[name] }),
  ]);
  return commandRights(looks, [
    toKnowTheCluster,
    ...environments.flatMap(rightsToApply),
    // Whether staging has passed opens the way to production.
    ...(environments.includes('production')
      ? [rightTo('get', kinds.ConfigMap, { namespace: namespaces.staging, name: memoryName })]
      : []),
  ]);
}
