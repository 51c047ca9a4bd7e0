import { memoryName } from '../deploy/memory.ts';
import { kinds } from '../kubernetes/kinds.ts';
import { type EnvironmentName, namespaces } from '../setup/settings.ts';
import { type CommandRights, commandRights, toKnowTheCluster } from './command-rights.ts';
import { rightsToApply, rightsToApplyAgain, rightsToPrune, rightsToTry, rightsToWatch } from './environment-rights.ts';
import { type Right, rightTo } from './right.ts';

const pruning = (environments: readonly EnvironmentName[], prune: boolean): readonly Right[] =>
  prune ? environments.flatMap(rightsToPrune) : [];

/** A dry run needs the right to do what it tries: RBAC knows none to only try. */
export const diffRights = (environments: readonly EnvironmentName[], prune: boolean): CommandRights =>
  commandRights([...environments.flatMap(rightsToTry), ...pruning(environments, prune)], []);

/** What deploy needs, besides what judges while it is waited. To delete what earlier sets brought, only where it is told to prune. */
export const deployRights = (environments: readonly EnvironmentName[], prune: boolean): CommandRights =>
  commandRights(environments.flatMap(looksOf), [
    toKnowTheCluster,
    ...environments.flatMap(rightsToApply),
    ...pruning(environments, prune),
    // Whether staging has passed opens the way to production.
    ...(environments.includes('production')
      ? [rightTo('get', kinds.ConfigMap, { namespace: namespaces.staging, name: memoryName })]
      : []),
  ]);

/** Back to an earlier set, which is no new one: no gate is asked. */
export const rollbackRights = (environments: readonly EnvironmentName[], prune: boolean): CommandRights =>
  commandRights(environments.flatMap(looksOf), [
    toKnowTheCluster,
    ...environments.flatMap(rightsToApplyAgain),
    ...pruning(environments, prune),
  ]);

const looksOf = (name: EnvironmentName): readonly Right[] => [
  ...rightsToWatch(name),
  // That the pods of the newest ReplicaSet use the Secret that was applied.
  rightTo('list', kinds.ReplicaSet, { namespace: namespaces[name] }),
  rightTo('list', kinds.Pod, { namespace: namespaces[name] }),
];
