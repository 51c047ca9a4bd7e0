import { z } from 'zod';
import { apiVersion, notLookedSchema, type ReportTarget, targetSchema, toolSchema } from './parts.ts';

export const procedureNames = ['metrics', 'pdb', 'certificate', 'ingress'] as const;

export const checkSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** note: worth knowing, and no fault. */
  state: z.enum(['passed', 'failed', 'waiting', 'note', 'not-looked']),
  expected: z.string(),
  saw: z.string(),
  object: z.string().nullable(),
  path: z.string().nullable(),
  /** The right that is missing. */
  needs: z.string().nullable(),
  /** The command that names the cause and mends it. */
  runbook: z.string().nullable(),
});

const moment = z.iso.datetime();

const linkSchema = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  names: z.array(z.string()),
  notBefore: moment,
  notAfter: moment,
  key: z.string(),
  fingerprint: z.string(),
  /** Whether the next one issued and signed it; null for the last. */
  signedByNext: z.boolean().nullable(),
});

const certificateSchema = z.strictObject({
  /** `Secret auth-tls-secret`, or the address that serves it. */
  where: z.string(),
  daysLeft: z.int(),
  /** Whether the private key belongs to it; null where that could not be seen. As served, the handshake is the proof. */
  keyFits: z.boolean().nullable(),
  /** Why this machine does not trust it; empty where it does, null where that was not asked. */
  distrust: z.string().nullable(),
  chain: z.array(linkSchema),
});

const addressSchema = z.strictObject({
  address: z.string(),
  family: z.enum(['IPv4', 'IPv6']),
  http: z.strictObject({ status: z.int().nullable(), location: z.string().nullable(), detail: z.string() }),
  https: z.strictObject({ status: z.int().nullable(), detail: z.string() }),
  headers: z.record(z.string(), z.string()),
  versions: z.record(z.string(), z.enum(['accepted', 'refused', 'not-looked'])),
});

const targetOfScrape = z.strictObject({
  pod: z.string(),
  url: z.string(),
  health: z.enum(['up', 'down', 'unknown']),
  lastError: z.string(),
  lastScrape: z.string(),
});

const metricSchema = z.strictObject({
  name: z.string(),
  /** Who should provide it. */
  provider: z.string(),
  state: z.enum(['present', 'absent', 'not-looked']),
  series: z.int().nullable(),
  detail: z.string(),
});

const evictionSchema = z.strictObject({
  pod: z.string(),
  node: z.string(),
  ready: z.boolean(),
  answer: z.enum(['allowed', 'refused', 'not-looked']),
  code: z.int().nullable(),
  detail: z.string(),
});

const budgetSchema = z.strictObject({
  name: z.string(),
  rule: z.string(),
  expectedPods: z.int(),
  healthy: z.int(),
  desiredHealthy: z.int(),
  allowed: z.int(),
  /** The sum in words. */
  sum: z.string(),
});

const drainSchema = z.strictObject({
  node: z.string(),
  /** Whether only the pods of our budgets were evicted, or all that a drain would. */
  scope: z.enum(['own-pods', 'whole-node']),
  cordoned: z.boolean(),
  uncordoned: z.boolean(),
  evicted: z.array(z.strictObject({ pod: z.string(), result: z.string(), seconds: z.number().nullable() })),
  ready: z.strictObject({ before: z.int(), lowest: z.int(), wanted: z.int() }),
  probes: z.strictObject({
    url: z.string(),
    sent: z.int(),
    answered: z.int(),
    /** Of 1; null where none was sent. */
    share: z.number().nullable(),
    target: z.literal(0.999),
    failures: z.array(z.string()),
  }),
  /** Why it was ended before its end; null where it was not. */
  stopped: z.string().nullable(),
  undoId: z.string(),
});

const alertSchema = z.strictObject({
  name: z.string(),
  /** Namespace and Service. */
  alertmanager: z.string(),
  /** As the Alertmanager held it; null where it was not seen there. */
  state: z.enum(['unprocessed', 'active', 'suppressed']).nullable(),
  receivers: z.array(z.string()),
  /** By the routes of its configuration. */
  tells: z.enum(['somebody', 'nobody', 'unsure']),
  heldSeconds: z.number(),
  ended: z.boolean(),
  /** By then it has ended whatever happens. */
  endsAt: moment,
  /** Why it was not taken; null where it was. */
  because: z.string().nullable(),
  undoId: z.string(),
});

/** What `orion-setup test NAME` prints. */
export const testReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('TestReport'),
  tool: toolSchema,
  target: targetSchema,
  test: z.enum(procedureNames),
  environment: z.enum(['staging', 'production']).nullable(),
  startedAt: moment,
  durationMs: z.int(),
  apiRequests: z.int(),
  /** Where "outside" is: this machine, and its address where one was seen. */
  seenFrom: z.string(),
  outcome: z.enum(['healthy', 'waiting', 'problem', 'incomplete']),
  checks: z.array(checkSchema),
  /** Everything that was asked, for the runbook beside the procedure too. */
  coverage: z.strictObject({ looked: z.int(), of: z.int(), notLooked: z.array(notLookedSchema) }).optional(),
  certificates: z.array(certificateSchema).optional(),
  addresses: z.array(addressSchema).optional(),
  scrape: z
    .strictObject({
      targets: z.array(targetOfScrape),
      /** Of 1, over the last week; null where it could not be seen. */
      success: z.number().nullable(),
      target: z.literal(1),
      /** From the start of the youngest pod to its first sample. */
      secondsToVisible: z.number().nullable(),
    })
    .optional(),
  metrics: z.array(metricSchema).optional(),
  evictions: z.array(evictionSchema).optional(),
  budgets: z.array(budgetSchema).optional(),
  drain: drainSchema.optional(),
  alert: alertSchema.optional(),
});

export type TestReport = z.infer<typeof testReportSchema>;
export type ProcedureName = TestReport['test'];
/** What one procedure adds to the report. */
export type Findings = Pick<
  TestReport,
  'coverage' | 'certificates' | 'addresses' | 'scrape' | 'metrics' | 'evictions' | 'budgets' | 'drain' | 'alert'
> & { readonly checks: readonly TestReport['checks'][number][]; readonly seenFrom?: string };

export type TestRun = {
  readonly version: string;
  readonly target: ReportTarget;
  readonly test: ProcedureName;
  readonly environment: TestReport['environment'];
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly apiRequests: number;
  readonly outcome: TestReport['outcome'];
  readonly findings: Findings;
};

export function testReport(run: TestRun): TestReport {
  const { seenFrom, checks, ...findings } = run.findings;
  return {
    apiVersion,
    kind: 'TestReport',
    tool: { name: 'orion-setup', version: run.version },
    target: run.target,
    test: run.test,
    environment: run.environment,
    startedAt: run.startedAt.toISOString(),
    durationMs: Math.max(0, run.endedAt.getTime() - run.startedAt.getTime()),
    apiRequests: run.apiRequests,
    seenFrom: seenFrom === undefined ? 'this machine' : `this machine (${seenFrom})`,
    outcome: run.outcome,
    checks: [...checks],
    ...findings,
  };
}
