import { z } from 'zod';
import type { KubernetesObject, ObjectRef } from '../kubernetes/object.ts';
import type { GateFacts } from '../setup/effect.ts';
import { type EnvironmentName, namespaces } from '../setup/settings.ts';
import { type AppliedSet, appliedSetSchema, refSchema } from './applied-set.ts';

/**
 * What an environment remembers of itself, in the ConfigMap `orion-setup` of its namespace: so that a pipeline with an empty home can
 * go on, and a colleague too. No secrets; the Secret is in the inventory by its name.
 */
export const memoryName = 'orion-setup';

export type Memory = {
  /** Everything applied, in its order; also what an earlier set had and nobody has pruned. */
  readonly inventory: readonly ObjectRef[];
  /** Of what was applied, without Secrets. */
  readonly digest: string;
  /** Of base and image: the same for every environment. */
  readonly gateDigest: string;
  readonly image: string;
  readonly gate: Gate | null;
  /** What was applied before and what stands now, which is the last: what a rollback may return to. */
  readonly sets: readonly AppliedSet[];
  /** The objects of all sets, each once, by the digest of it. Never a Secret. */
  readonly objects: Readonly<Record<string, KubernetesObject>>;
};

export type Gate = {
  readonly digest: string;
  readonly passedAt: string;
  /** What could not be looked at when it passed. */
  readonly notLooked: readonly string[];
};

const gateSchema = z.object({ digest: z.string(), passedAt: z.string(), notLooked: z.array(z.string()) });
const memorySchema = z.object({
  inventory: z.array(refSchema),
  digest: z.string(),
  gateDigest: z.string(),
  image: z.string(),
  gate: gateSchema.nullable(),
  sets: z.array(appliedSetSchema).default([]),
});

export function memoryObject(environment: EnvironmentName, { objects, ...memory }: Memory): KubernetesObject {
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
      'objects.json': JSON.stringify(objects),
    },
  };
}

/** What stands there, or undefined where nothing readable does. */
export function readMemory(object: KubernetesObject | undefined): Memory | undefined {
  const { success, data } = memorySchema.safeParse(jsonIn(object, 'memory.json'));
  if (!success) return undefined;
  const objects = objectsSchema.safeParse(jsonIn(object, 'objects.json'));
  return {
    ...data,
    inventory: data.inventory.map(withoutAbsent),
    sets: data.sets.map((set) => ({ ...set, secrets: set.secrets.map(withoutAbsent) })),
    objects: objects.success ? (objects.data as unknown as Memory['objects']) : {},
  };
}

const objectsSchema = z.record(z.string(), z.looseObject({ kind: z.string(), metadata: z.looseObject({}) }));

function jsonIn(object: KubernetesObject | undefined, key: string): unknown {
  const text = (object?.['data'] as Record<string, unknown> | undefined)?.[key];
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A ref without namespace has no such key at all. */
const withoutAbsent = ({ namespace, ...ref }: z.infer<typeof refSchema>): ObjectRef =>
  namespace === undefined ? ref : { ...ref, namespace };

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
