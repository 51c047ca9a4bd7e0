import { z } from 'zod';
import { exitCodes } from '../failure.ts';
import { environmentNames } from '../setup/settings.ts';
import { apiVersion, notLookedSchema, targetSchema, toolSchema } from './parts.ts';

/** What `diff`, `deploy` and `rollback -o json` print: what would change or was changed, and what it came to. */
export const deployReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('DeployReport'),
  tool: toolSchema,
  action: z.enum(['diff', 'deploy', 'rollback']),
  environment: z.enum(environmentNames),
  target: targetSchema,
  startedAt: z.iso.datetime(),
  durationMs: z.int(),
  apiRequests: z.int(),
  /** unchanged and different: of diff. The others: what the environment is in afterwards. */
  outcome: z.enum(['unchanged', 'different', 'healthy', 'waiting', 'problem', 'incomplete']),
  because: z.string(),
  next: z.array(z.string()),
  /** Of what is deployed, or gone back to; null where only the pods go back. */
  image: z.string().nullable(),
  digest: z.string().nullable(),
  /** What a rollback goes back to. */
  to: z.strictObject({ set: z.int().nullable(), revision: z.int().nullable() }).nullable(),
  changes: z.array(z.strictObject({ object: z.string(), action: z.enum(['create', 'change']), diff: z.string() })),
  unchanged: z.int(),
  /** Fields that were set with kubectl and are taken over. */
  takeovers: z.array(z.strictObject({ object: z.string(), manager: z.string(), field: z.string() })),
  /** What is not this tool's to change, or what the server refuses. */
  blocked: z.array(
    z.strictObject({
      object: z.string(),
      because: z.string(),
      why: z.enum(['owned', 'refused', 'forbidden']),
      diff: z.string().nullable(),
    }),
  ),
  /** What an earlier set brought, this one has not, and is still there; why it stays although --prune is given, or null. */
  leftovers: z.array(z.strictObject({ object: z.string(), kept: z.string().nullable() })),
  remarks: z.array(z.string()),
  applied: z.array(z.string()),
  notApplied: z.array(z.string()),
  checks: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      state: z.enum(['passed', 'failed', 'not-looked']),
      detail: z.string(),
    }),
  ),
  rootCauses: z.array(z.string()),
  /** What verifying looked at, and what it could not; null where nothing was verified. */
  coverage: z.strictObject({ looked: z.int(), of: z.int(), notLooked: z.array(notLookedSchema) }).nullable(),
  /** Of staging: whether it passed, with which base and image. Of production: what it was let in by. */
  gate: z
    .strictObject({
      state: z.enum(['passed', 'not-passed', 'other-version', 'not-looked']),
      because: z.string(),
      at: z.iso.datetime({ offset: true }).nullable(),
      digest: z.string().nullable(),
    })
    .nullable(),
  /** Why production was deployed although staging had not passed. */
  overridden: z.string().nullable(),
  /** What history and undo call it; null where nothing was sent. */
  undoId: z.string().nullable(),
});

export type DeployReport = z.infer<typeof deployReportSchema>;

const codes = {
  unchanged: exitCodes.healthy,
  different: exitCodes.problem,
  healthy: exitCodes.healthy,
  waiting: exitCodes.waiting,
  problem: exitCodes.problem,
  incomplete: exitCodes.incomplete,
} as const satisfies Readonly<Record<DeployReport['outcome'], number>>;

export const exitCodeOfDeploy = ({ outcome }: Pick<DeployReport, 'outcome'>): number => codes[outcome];
