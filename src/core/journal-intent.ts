import { type Change, type Edit, targetOf } from './change.ts';
import type { Intent, Inverse } from './journal.ts';

/** An intent as it may be written down: of a Secret only its name and the fingerprints of its values. */
export function intentOf(
  n: number,
  at: Date,
  wanted: { readonly change: Change; readonly inverse: Inverse; readonly relaxUntil?: Date | undefined },
  fingerprint: (value: string) => string,
): Intent {
  const { inverse } = wanted;
  const holdsValues =
    'can' in inverse && isOfSecret(inverse.can) && inverse.can.do !== 'delete' && inverse.can.do !== 'evict';
  return {
    record: 'intent',
    n,
    at: at.toISOString(),
    change: isOfSecret(wanted.change) ? withoutValues(wanted.change, fingerprint) : wanted.change,
    inverse: holdsValues ? { cannot: 'the values of a Secret are kept nowhere' } : inverse,
    ...(wanted.relaxUntil ? { relaxUntil: wanted.relaxUntil.toISOString() } : {}),
  };
}

const isOfSecret = (of: Change): boolean => targetOf(of).kind === 'Secret';

function withoutValues(of: Change, fingerprint: (value: string) => string): Change {
  if ('edits' in of)
    return {
      ...of,
      edits: of.edits.map(
        (edit): Edit => ({ ...edit, from: hidden(edit.from, fingerprint), to: hidden(edit.to, fingerprint) }),
      ),
    };
  if (!('object' in of)) return of;
  const { apiVersion, kind, metadata } = of.object;
  const { name, namespace } = metadata;
  const values = {
    data: hidden(of.object['data'], fingerprint),
    stringData: hidden(of.object['stringData'], fingerprint),
  };
  // Annotations may hold the values too (last-applied-configuration), so no other field is let through.
  return { ...of, object: { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) }, ...values } };
}

/** Every text of a JSON value as its fingerprint. */
function hidden(value: unknown, fingerprint: (value: string) => string): unknown {
  if (typeof value === 'string') return fingerprint(value);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hidden(item, fingerprint)]));
}
