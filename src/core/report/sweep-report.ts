import { z } from 'zod';
import type { Diagnosis, NotLooked, Runbook } from '../diagnosis.ts';
import { apiVersion, objectRefSchema, toolSchema } from './parts.ts';
import { worstOutcome } from './worst-outcome.ts';

const outcomeSchema = z.enum(['healthy', 'waiting', 'problem', 'incomplete']);

/** What `runbook -A -o json` prints: everything that was looked at, counted, and each that is not healthy. */
export const sweepReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('SweepReport'),
  tool: toolSchema,
  context: z.string(),
  server: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.int(),
  apiRequests: z.int(),
  namespaces: z.int(),
  outcome: outcomeSchema,
  counts: z.array(
    z.strictObject({
      runbook: z.string(),
      looked: z.int(),
      healthy: z.int(),
      waiting: z.int(),
      problem: z.int(),
      incomplete: z.int(),
    }),
  ),
  items: z.array(
    z.strictObject({
      runbook: z.string(),
      object: objectRefSchema,
      outcome: outcomeSchema,
      rootCauses: z.array(z.string()),
      because: z.string(),
      impact: z.string(),
    }),
  ),
  coverage: z.strictObject({
    notLooked: z.array(z.strictObject({ what: z.string(), because: z.string(), needs: z.string().optional() })),
  }),
});

export type SweepReport = z.infer<typeof sweepReportSchema>;
export type SweepItem = SweepReport['items'][number];

export function sweepItem(runbook: Runbook['name'], diagnosis: Diagnosis): SweepItem {
  return {
    runbook,
    object: { ...diagnosis.snapshot.target },
    outcome: diagnosis.outcome,
    rootCauses: [...diagnosis.rootCauses],
    because: becauseOf(diagnosis),
    impact: diagnosis.impact,
  };
}

/** One sentence: why it is not healthy. */
function becauseOf({ outcome, findings, unrecognised, waiting, coverage }: Diagnosis): string {
  const roots = findings.filter(({ root }) => root);
  if (roots.length > 0) return roots.map(({ because }) => because).join(' ');
  if (unrecognised) return `${unrecognised.object.kind}/${unrecognised.object.name} says: ${unrecognised.quote}`;
  if (outcome === 'waiting' && waiting) return `Waiting for ${waiting.for}.`;
  if (outcome === 'incomplete')
    return `Could not look at ${coverage.notLooked.map(({ what, because }) => `${what} (${because})`).join(', ')}.`;
  return '';
}

type Sweep = {
  readonly version: string;
  readonly context: string;
  readonly server: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly apiRequests: number;
  readonly namespaces: number;
  readonly runbooks: readonly Runbook[];
  /** Everything that was looked at, the healthy too. */
  readonly all: readonly SweepItem[];
  /** What could not be listed at all, and so was not looked at. */
  readonly notLooked: readonly NotLooked[];
  /** What the runbooks could not look at; each of them has counted it already. */
  readonly unseen: readonly NotLooked[];
};

export function sweepReport(sweep: Sweep): SweepReport {
  const { version, context, server, startedAt, endedAt, apiRequests, namespaces, runbooks, all, notLooked, unseen } =
    sweep;
  const many = (runbook: string, outcome: SweepItem['outcome']) =>
    all.filter((item) => item.runbook === runbook && item.outcome === outcome).length;
  return {
    apiVersion,
    kind: 'SweepReport',
    tool: { name: 'orion-setup', version },
    context,
    server,
    startedAt: startedAt.toISOString(),
    durationMs: Math.max(0, endedAt.getTime() - startedAt.getTime()),
    apiRequests,
    namespaces,
    outcome: worstOutcome([
      ...all.map(({ outcome }) => outcome),
      ...(notLooked.length > 0 ? ['incomplete' as const] : []),
    ]),
    counts: runbooks.map(({ name }) => ({
      runbook: name,
      looked: all.filter(({ runbook }) => runbook === name).length,
      healthy: many(name, 'healthy'),
      waiting: many(name, 'waiting'),
      problem: many(name, 'problem'),
      incomplete: many(name, 'incomplete'),
    })),
    items: all.filter(({ outcome }) => outcome !== 'healthy'),
    coverage: { notLooked: inFew([...notLooked, ...unseen]) },
  };
}

/** One right that is missing is missing in every namespace: it is said once, with how often. */
function inFew(all: readonly NotLooked[]): SweepReport['coverage']['notLooked'] {
  const alike = Map.groupBy(all, ({ what, needs }) => needs?.replace(/ in \S+$/, '') ?? what);
  return [...alike].flatMap(([right, [first, ...others]]) => {
    if (first === undefined) return [];
    const places = new Set([first, ...others].map(({ what, needs }) => needs ?? what)).size;
    if (places === 1) return [{ ...first }];
    return [{ ...first, what: `${first.what}, and ${places - 1} more`, needs: `${right} in ${places} namespaces` }];
  });
}
