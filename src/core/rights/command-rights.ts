import { kinds } from '../kubernetes/kinds.ts';
import { covers, least, type Right, rightTo } from './right.ts';

/** The two sets of rights of a command: what it looks at, and what it needs besides where it changes something. */
export type CommandRights = {
  readonly look: readonly Right[];
  readonly fix: readonly Right[];
};

/** Before anything is changed it must be sure which cluster this is. */
export const toKnowTheCluster: Right = rightTo('get', kinds.Namespace, { name: 'kube-system' });

/** As few as will do. What the first set holds the second need not repeat. */
export function commandRights(look: readonly Right[], fix: readonly Right[]): CommandRights {
  const looking = least(look);
  return { look: looking, fix: least(fix).filter((right) => !looking.some((other) => covers(other, right))) };
}

export function together(all: readonly CommandRights[]): CommandRights {
  return commandRights(
    all.flatMap(({ look }) => look),
    all.flatMap(({ fix }) => fix),
  );
}

/** The same for every namespace and every object: for who looks at all of them. */
export function everywhere(rights: readonly Right[], namespace: string): readonly Right[] {
  return rights.map((right) => {
    if (right.namespace !== namespace) return right;
    const { namespace: _, name: __, ...wide } = right;
    return wide;
  });
}
