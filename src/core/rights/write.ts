import type { Change } from '../change.ts';
import type { Kind } from '../kubernetes/kinds.ts';
import { type Right, rightTo } from './right.ts';

/** A change as a command may come to make it: what is known of it before it is made. */
export type Write = {
  readonly do: Change['do'];
  readonly kind: Kind;
  readonly namespace?: string;
  /** Absent where the name is not known beforehand. */
  readonly name?: string;
};

/**
 * The rights that a change needs, those of taking it back included: undo looks at the object first, and deletes what was made. Before an
 * apply the object is looked at too, and one that is not there yet is created.
 */
export function rightsOfWrite({ do: way, kind, ...place }: Write): readonly Right[] {
  const { name: _, ...anywhere } = place;
  const to = (verb: string) => rightTo(verb, kind, place);
  const part = (verb: string, subresource: string): Right => {
    const right = to(verb);
    return { ...right, resource: `${right.resource}/${subresource}` };
  };
  switch (way) {
    case 'apply':
      return [to('get'), rightTo('create', kind, anywhere), to('patch')];
    case 'create':
      return [rightTo('create', kind, anywhere), to('get'), to('delete')];
    case 'patch':
      return [to('get'), to('patch')];
    case 'status':
      return [part('patch', 'status')];
    case 'delete':
      return [to('delete')];
    case 'evict':
      return [part('create', 'eviction')];
    case 'alert':
      return [part('create', 'proxy')];
  }
}

/** The rights that taking it back needs alone. What cannot be taken back is looked at all the same, where a run was cut off. */
export function rightsToUndo({ do: way, kind, ...place }: Write): readonly Right[] {
  const to = (verb: string) => rightTo(verb, kind, place);
  switch (way) {
    case 'apply':
    case 'create':
      return [to('get'), to('delete')];
    case 'patch':
      return [to('get'), to('patch')];
    case 'status':
    case 'delete':
    case 'evict':
      return [to('get')];
    // It ends by itself.
    case 'alert':
      return [];
  }
}
