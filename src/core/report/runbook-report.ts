import { z } from 'zod';
import type { Diagnosis, Finding, Waiting } from '../diagnosis.ts';
import { exitCodes } from '../failure.ts';
import type { Remedy } from '../remedy.ts';
import {
  apiVersion,
  evidenceSchema,
  objectRefSchema,
  type ReportTarget,
  remedySchema,
  stepSchema,
  targetSchema,
  toolSchema,
  waitingSchema,
} from './parts.ts';

const findingSchema = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'note']),
  confidence: z.enum(['confirmed', 'likely']),
  root: z.boolean(),
  explains: z.array(z.string()),
  title: z.string(),
  because: z.string(),
  object: objectRefSchema,
  evidence: z.array(evidenceSchema),
  owner: z.enum(['operator', 'platform', 'dns', 'network', 'security', 'application']),
  remedies: z.array(remedySchema),
});

const remediationSchema = z.strictObject({
  remedy: z.string(),
  applied: z.boolean(),
  verified: z.boolean(),
  undoId: z.string().nullable(),
  steps: z.array(stepSchema),
});

export const runbookReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('RunbookReport'),
  tool: toolSchema,
  target: targetSchema,
  runbook: z.enum(['cert-pending', 'pdb-blocking', 'prometheus-not-scraping']),
  startedAt: z.iso.datetime(),
  durationMs: z.int(),
  apiRequests: z.int(),
  impact: z.string(),
  outcome: z.enum(['healthy', 'waiting', 'problem', 'incomplete']),
  rootCauses: z.array(z.string()),
  findings: z.array(findingSchema),
  unrecognised: z.strictObject({ object: objectRefSchema, quote: z.string() }).nullable(),
  waiting: waitingSchema.nullable(),
  ruledOut: z.array(z.strictObject({ code: z.string(), because: z.string() })),
  lastChanges: z.array(z.strictObject({ object: z.string(), by: z.string(), at: z.iso.datetime(), what: z.string() })),
  coverage: z.strictObject({
    looked: z.int(),
    of: z.int(),
    notLooked: z.array(z.strictObject({ what: z.string(), because: z.string(), needs: z.string().optional() })),
  }),
  remediation: remediationSchema.nullable(),
});

export type RunbookReport = z.infer<typeof runbookReportSchema>;
export type Remediation = z.infer<typeof remediationSchema>;

export type Run = {
  readonly version: string;
  readonly target: ReportTarget;
  readonly runbook: RunbookReport['runbook'];
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly apiRequests: number;
  readonly diagnosis: Diagnosis;
  readonly remediation: Remediation | null;
};

export function runbookReport(run: Run): RunbookReport {
  const { diagnosis } = run;
  return {
    apiVersion,
    kind: 'RunbookReport',
    tool: { name: 'orion-setup', version: run.version },
    target: run.target,
    runbook: run.runbook,
    startedAt: run.startedAt.toISOString(),
    durationMs: Math.max(0, run.endedAt.getTime() - run.startedAt.getTime()),
    apiRequests: run.apiRequests,
    impact: diagnosis.impact,
    outcome: diagnosis.outcome,
    rootCauses: [...diagnosis.rootCauses],
    findings: diagnosis.findings.map(reportFinding),
    unrecognised: diagnosis.unrecognised,
    waiting: diagnosis.waiting && reportWaiting(diagnosis.waiting),
    ruledOut: diagnosis.ruledOut.map((item) => ({ ...item })),
    lastChanges: diagnosis.lastChanges.map((change) => ({ ...change, at: change.at.toISOString() })),
    coverage: { ...diagnosis.coverage, notLooked: diagnosis.coverage.notLooked.map((item) => ({ ...item })) },
    remediation: run.remediation,
  };
}

/** 0 healthy, 3 problem, 4 waiting, 5 incomplete. */
export const exitCodeOfOutcome = (outcome: Diagnosis['outcome']): number => exitCodes[outcome];

function reportFinding({ waiting: _, ...finding }: Finding): RunbookReport['findings'][number] {
  return {
    ...finding,
    explains: [...finding.explains],
    evidence: finding.evidence.map((item) => ({ ...item })),
    remedies: finding.remedies.map(reportRemedy),
  };
}

function reportRemedy({ id, title, risk, automatic, reversible, commands, undo, blockedBy }: Remedy) {
  return { id, title, risk, automatic, reversible, commands: [...commands], undo, blockedBy };
}

function reportWaiting(waiting: Waiting) {
  return {
    for: waiting.for,
    since: waiting.since?.toISOString() ?? null,
    normallyUpTo: waiting.normallyUpTo,
    nextTryAt: waiting.nextTryAt?.toISOString() ?? null,
  };
}
