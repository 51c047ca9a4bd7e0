import { z } from 'zod';
import type { KubernetesObject, ObjectRef } from '../../kubernetes/object.ts';
import type { GateFacts } from '../effect.ts';
import { type EnvironmentName, namespaces } from '../settings.ts';

/**
 * What an environment remembers of itself, in the ConfigMap `orion-setup` of its namespace: so that a pipeline with an empty home can
 * go on, and a colleague too. No secrets; the Secret is in the inventory by its name.
 */
export const memoryName = 'orion-setup';

export type Memory = {
  /** Everything applied, in its order. */
  readonly inventory: readonly ObjectRef[];
  /** Of what was applied, without Secrets. */
  readonly digest: string;
  /** Of base and image: the same for every environment. */
  readonly gateDigest: string;
  readonly image: string;
  readonly gate: Gate | null;
};

export type Gate = {
  readonly digest: string;
  readonly passedAt: string;
  /** What could not be looked at when it passed. */
  readonly notLooked: readonly string[];
};

const refSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});
const gateSchema = z.object({ digest: z.string(), passedAt: z.string(), notLooked: z.array(z.string()) });
const memorySchema = z.object({
  inventory: z.array(refSchema),
  digest: z.string(),
  gateDigest: z.string(),
  image: z.string(),
  gate: gateSchema.nullable(),
});

export function memoryObject(environment: EnvironmentName, memory: Memory): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: memoryName,
      namespace: namespaces[environment],
      labels: { 'app.kubernetes.io/managed-by': 'orion-setup' },
    },
    data: {
      'memory.json': JSON.stringify({
        about: 'What orion-setup remembers of this environment. Made by it; not to be edited.',
        ...memory,
      }),
    },
  };
}

/** What stands there, or undefined where nothing readable does. */
export function readMemory(object: KubernetesObject | undefined): Memory | undefined {
  const text = (object?.['data'] as Record<string, unknown> | undefined)?.['memory.json'];
  if (typeof text !== 'string') return undefined;
  try {
    const { success, data } = memorySchema.safeParse(JSON.parse(text));
    // A ref without namespace has no such key at all.
    return success
      ? {
          ...data,
          inventory: data.inventory.map(({ namespace, ...ref }) =>
            namespace === undefined ? ref : { ...ref, namespace },
          ),
        }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether staging passed for this very base and image. */
export function gateFacts(memory: Memory | undefined, digest: string): GateFacts {
  const gate = memory?.gate ?? null;
  if (gate === null) return { state: 'not-passed', because: 'staging was not verified yet.', at: null, digest: null };
  const { passedAt: at } = gate;
  if (gate.digest !== digest) {
    return {
      state: 'other-version',
      because: `staging passed at ${at} with another base or image (${memory?.image}).`,
      at,
      digest: gate.digest,
    };
  }
  return { state: 'passed', because: `staging passed at ${at}.`, at, digest };
}
