import { type Change, reversed } from './change.ts';
import { refTo } from './kubernetes/object.ts';

/** What takes a change back, as far as it is known before it is made. What a create made is known only after: its uid. */
export type Inverse =
  | { readonly back: 'edits'; readonly edits: ReturnType<typeof reversed> }
  | { readonly back: 'delete' }
  | { readonly back: 'cannot'; readonly because: string };

export function inverseOf(change: Change): Inverse {
  switch (change.do) {
    case 'patch':
      return { back: 'edits', edits: reversed(change.edits) };
    case 'create':
      return { back: 'delete' };
    case 'status':
      return { back: 'cannot', because: 'a status belongs to its controller, which acts on it at once' };
    case 'delete':
      return { back: 'cannot', because: `${change.ref.kind} ${change.ref.name} is deleted` };
    case 'evict':
      return { back: 'cannot', because: `${change.ref.name} is evicted` };
    case 'apply':
      return {
        back: 'cannot',
        because: `${refTo(change.object).kind} is applied as a whole; an earlier version is applied over it`,
      };
  }
}
