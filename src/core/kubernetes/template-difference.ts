/** A field that two templates have otherwise, by its steps. `undefined` means absent. */
export type Difference = { readonly path: readonly (string | number)[]; readonly from: unknown; readonly to: unknown };

type Json = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value);

/** What makes `to` of `from`, as deep as it goes: lists of the same length are compared item by item, others stand as a whole. */
export function differences(
  from: unknown,
  to: unknown,
  path: readonly (string | number)[] = [],
): readonly Difference[] {
  if (isMap(from) && isMap(to)) {
    return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((key) =>
      differences(from[key], to[key], [...path, key]),
    );
  }
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length)
    return from.flatMap((item, place) => differences(item, to[place], [...path, place]));
  return from === to || (isNothing(from) && isNothing(to)) ? [] : [{ path, from, to }];
}

/** The API server keeps an absent field, null and (of most fields) an empty list apart; nobody else does. */
const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);
