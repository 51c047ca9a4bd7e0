/** Reads fields of JSON from a cluster by their path, as `status.conditions`. A shape that is not what it should be reads as absent. */

/** The value at `path` (dots between names, numbers for list places), or undefined. */
export function at(value: unknown, path: string): unknown {
  let here: unknown = value;
  for (const step of path.split('.')) {
    if (here === null || typeof here !== 'object') return undefined;
    here = Array.isArray(here) ? here[Number(step)] : (here as Record<string, unknown>)[step];
  }
  return here;
}

export function textAt(value: unknown, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: unknown, path: string): number | undefined {
  const found = at(value, path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** The list at `path`; absent and not-a-list are both empty. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/** The texts in the list at `path`; anything else in it is left out. */
export function textsAt(value: unknown, path: string): readonly string[] {
  return listAt(value, path).filter((item) => typeof item === 'string');
}

/** The string-to-string map at `path` (labels, annotations, matchLabels). Keys may contain dots, so take the map first. */
export function textMapAt(value: unknown, path: string): Readonly<Record<string, string>> {
  const found = at(value, path);
  if (found === null || typeof found !== 'object' || Array.isArray(found)) return {};
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The moment at `path` (RFC 3339), or undefined. */
export function timeAt(value: unknown, path: string): Date | undefined {
  const found = textAt(value, path);
  const time = found === undefined ? Number.NaN : Date.parse(found);
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** A condition of `status.conditions`. */
export type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: Date | undefined;
  readonly observedGeneration: number | undefined;
  /** Where it stands, for evidence: `status.conditions[Ready]`. */
  readonly path: string;
};

/** The condition `type` of an object's status, or undefined where no controller has written it yet. */
export function condition(object: unknown, type: string): Condition | undefined {
  const found = listAt(object, 'status.conditions').find((item) => textAt(item, 'type') === type);
  if (found === undefined) return undefined;
  return {
    type,
    status: textAt(found, 'status') ?? 'Unknown',
    reason: textAt(found, 'reason') ?? '',
    message: textAt(found, 'message') ?? '',
    lastTransitionTime: timeAt(found, 'lastTransitionTime'),
    observedGeneration: numberAt(found, 'observedGeneration'),
    path: `status.conditions[${type}]`,
  };
}
