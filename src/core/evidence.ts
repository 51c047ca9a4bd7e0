import type { Evidence, Found, Verdict } from './diagnosis.ts';
import { at, type Condition } from './kubernetes/field.ts';
import { type KubernetesObject, shortName } from './kubernetes/object.ts';

/** Nothing of this cause is here; `because` where that was worth looking at, for "ruled out". */
export const clear = (because?: string): Verdict => ({ verdict: 'clear', ...(because ? { because } : {}) });

export const found = (facts: Omit<Found, 'verdict'>): Found => ({ verdict: 'found', ...facts });

/** A field as it was seen. */
export function saw(object: KubernetesObject, path: string, wanted?: string): Evidence {
  const value = at(object, path);
  return {
    from: nameOfObject(object),
    path,
    saw: value === undefined ? 'absent' : typeof value === 'string' ? value : JSON.stringify(value),
    ...(wanted === undefined ? {} : { wanted }),
  };
}

/** A condition as it was seen: `False SecretMismatch: Existing private key …`. */
export function sawCondition(object: KubernetesObject, condition: Condition): Evidence {
  return {
    from: nameOfObject(object),
    path: condition.path,
    saw: `${condition.status} ${condition.reason}: ${condition.message}`.trim(),
  };
}

export const nameOfObject = (object: KubernetesObject): string =>
  shortName({ kind: object.kind, name: object.metadata.name });
