import { z } from 'zod';
import type { EnvironmentName } from '../setup/settings.ts';
import type { Before } from '../verify/before.ts';
import type { PointResult, Verification } from '../verify/verification.ts';
import { apiVersion, notLookedSchema, objectRefSchema, type ReportTarget, targetSchema, toolSchema } from './parts.ts';

const pointSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  state: z.enum(['passed', 'failed', 'waiting', 'not-looked']),
  expected: z.string(),
  saw: z.string(),
  object: objectRefSchema.nullable(),
  /** Path of the field that decided. */
  field: z.string().nullable(),
  /** Causes of the catalogue: `orion-setup explain CODE`. */
  codes: z.array(z.string()),
  remarks: z.array(z.string()),
  notLooked: z.array(notLookedSchema),
  /** What mends it, where it did not pass: a runbook by its name, and what to type. */
  mend: z.strictObject({ runbook: z.string().nullable(), commands: z.array(z.string()) }).nullable(),
});

export const verifyReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('VerifyReport'),
  tool: toolSchema,
  target: targetSchema,
  environment: z.enum(['staging', 'production']).nullable(),
  /** Looked at as a client, from this machine. */
  host: z.string().nullable(),
  startedAt: z.iso.datetime(),
  durationMs: z.int(),
  apiRequests: z.int(),
  outcome: z.enum(['healthy', 'waiting', 'problem', 'incomplete']),
  before: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      state: z.enum(['passed', 'failed', 'not-looked', 'remarked']),
      saw: z.string(),
    }),
  ),
  points: z.array(pointSchema),
  summary: z.strictObject({ passed: z.int(), failed: z.int(), waiting: z.int(), notLooked: z.int() }),
  coverage: z.strictObject({ looked: z.int(), of: z.int(), notLooked: z.array(notLookedSchema) }),
});

export type VerifyReport = z.infer<typeof verifyReportSchema>;

export type VerifyRun = {
  readonly version: string;
  readonly target: ReportTarget;
  readonly environment: EnvironmentName | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly apiRequests: number;
  readonly before: readonly Before[];
  readonly verification: Verification;
};

export function verifyReport(run: VerifyRun): VerifyReport {
  const { verification, target } = run;
  const count = (state: PointResult['state']): number =>
    verification.points.filter((point) => point.state === state).length;
  return {
    apiVersion,
    kind: 'VerifyReport',
    tool: { name: 'orion-setup', version: run.version },
    target,
    environment: run.environment ?? null,
    host: verification.host,
    startedAt: run.startedAt.toISOString(),
    durationMs: Math.max(0, run.endedAt.getTime() - run.startedAt.getTime()),
    apiRequests: run.apiRequests,
    outcome: verification.outcome,
    before: run.before.map((one) => ({ ...one })),
    points: verification.points.map((point) => reportPoint(point, target)),
    summary: {
      passed: count('passed'),
      failed: count('failed'),
      waiting: count('waiting'),
      notLooked: count('not-looked'),
    },
    coverage: { ...verification.coverage, notLooked: verification.coverage.notLooked.map((one) => ({ ...one })) },
  };
}

function reportPoint(
  { lasting: _, runbook, commands, ...point }: PointResult,
  target: ReportTarget,
): VerifyReport['points'][number] {
  const where = `${target.profile === null ? ` --context ${quoted(target.context)}` : ''} -n ${target.namespace}`;
  return {
    ...point,
    object: point.object && { ...point.object },
    codes: [...point.codes],
    remarks: [...point.remarks],
    notLooked: point.notLooked.map((one) => ({ ...one })),
    mend:
      point.state === 'passed'
        ? null
        : { runbook, commands: [...commands, ...(runbook === null ? [] : [`orion-setup runbook ${runbook}${where}`])] },
  };
}

/** Names of contexts may hold anything. */
const quoted = (text: string): string => (/^[\w@:./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
