import { z } from 'zod';

/** Pieces that reports share. Reports are an interface: fields are added, never renamed or taken away. */
export const apiVersion = 'orion-setup/v1';

const moment = z.iso.datetime();

export const toolSchema = z.strictObject({ name: z.literal('orion-setup'), version: z.string() });

export const targetSchema = z.strictObject({
  profile: z.string().nullable(),
  context: z.string(),
  server: z.string(),
  clusterUid: z.string().nullable(),
  namespace: z.string(),
});

export const objectRefSchema = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});

export const evidenceSchema = z.strictObject({
  from: z.string(),
  path: z.string().optional(),
  saw: z.string(),
  wanted: z.string().optional(),
});

export const remedySchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  risk: z.enum(['none', 'low', 'medium', 'high']),
  automatic: z.enum(['yes', 'no']),
  reversible: z.boolean(),
  commands: z.array(z.string()),
  undo: z.string(),
  blockedBy: z.string().nullable(),
});

export const waitingSchema = z.strictObject({
  for: z.string(),
  since: moment.nullable(),
  normallyUpTo: z.string().nullable(),
  nextTryAt: moment.nullable(),
});

export const stepSchema = z.strictObject({
  step: z.string(),
  result: z.enum(['done', 'refused', 'unchanged', 'failed']),
  detail: z.string().optional(),
});

export type ReportTarget = z.infer<typeof targetSchema>;

/** What could not be looked at, and the right that it would take. */
export const notLookedSchema = z.strictObject({ what: z.string(), because: z.string(), needs: z.string().optional() });
