import type { Runbook } from '../diagnosis.ts';
import { type KindName, kinds, ref } from '../kubernetes/kinds.ts';
import { isOutside } from '../look.ts';
import { sightOf } from '../sight.ts';
import { type CommandRights, commandRights, everywhere, toKnowTheCluster } from './command-rights.ts';
import { rightOfLook } from './of-look.ts';
import type { Places } from './places.ts';
import { type Right, rightTo } from './right.ts';
import { rightsOfWrite, rightsToUndo } from './write.ts';

/** What a runbook needs for the service's own object: its first round as it is asked, and what it says of the others. */
export function runbookRights(runbook: Runbook, places: Places): CommandRights {
  const changes = runbook.mayChange(places).flatMap(rightsOfWrite);
  return commandRights(looksOf(runbook, places), [toKnowTheCluster, ...changes]);
}

/** What taking back needs that its remedies did. */
export const rightsToUndoRemedies = (runbook: Runbook, places: Places): readonly Right[] =>
  runbook.mayChange(places).flatMap(rightsToUndo);

/** What it needs to look at all namespaces. */
export function sweepRights(runbook: Runbook, places: Places): CommandRights {
  const all = everywhere(looksOf(runbook, places), places.namespace).map((right) =>
    // Any namespace may be the one that is looked at.
    right.resource === 'namespaces' ? rightTo('get', kinds.Namespace) : right,
  );
  return commandRights([rightTo('list', kinds.Namespace), rightTo('list', kinds.PodDisruptionBudget), ...all], []);
}

function looksOf({ target, rounds, mayAsk }: Runbook, places: Places): readonly Right[] {
  const { kind, name } = target;
  const sight = sightOf({ now: new Date(0), target: ref(kinds[kind as KindName], name, places.namespace), seen: {} });
  const first = rounds[0]?.(sight) ?? [];
  // Manifests are tried only by whoever may apply them: that is deploy's right, and none for looking.
  return [...first, ...mayAsk(places)].flatMap((look) =>
    isOutside(look) || look.at === 'manifests' ? [] : [rightOfLook(look)],
  );
}
