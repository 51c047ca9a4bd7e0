import { type Change, reversed } from './change.ts';
import type { Inverse } from './journal.ts';
import { refTo } from './kubernetes/object.ts';

/** What takes a change back, as far as it is known before it is made; what only the server knows then ('') the journal fills in. */
export function inverseOf(change: Change): Inverse {
  switch (change.do) {
    case 'patch':
      return { can: { ...change, resourceVersion: '', edits: reversed(change.edits) } };
    case 'create':
      return { can: { do: 'delete', ref: refTo(change.object), uid: '' } };
    case 'status':
      return { cannot: 'a status belongs to its controller, which acts on it at once' };
    case 'delete':
      return { cannot: `${change.ref.kind} ${change.ref.name} was deleted` };
    case 'evict':
      return { cannot: `${change.ref.name} was evicted` };
    case 'alert':
      return { cannot: `the test alert ends by itself at ${change.alert.endsAt}` };
    case 'apply':
      return {
        cannot: `${change.object.kind} ${change.object.metadata.name} was applied as a whole; an earlier version is applied over it`,
      };
  }
}
