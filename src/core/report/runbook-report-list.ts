import { z } from 'zod';
import { apiVersion, toolSchema } from './parts.ts';
import { type RunbookReport, runbookReportSchema } from './runbook-report.ts';
import { worstOutcome } from './worst-outcome.ts';

/** What `runbook -o json` prints without a name: every runbook's report, and which of them has something to say. */
export const runbookReportListSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('RunbookReportList'),
  tool: toolSchema,
  outcome: z.enum(['healthy', 'waiting', 'problem', 'incomplete']),
  /** Names of the runbooks that found a problem. */
  applies: z.array(z.string()),
  items: z.array(runbookReportSchema),
});

export function runbookReportList(
  items: readonly RunbookReport[],
  version: string,
): z.infer<typeof runbookReportListSchema> {
  return {
    apiVersion,
    kind: 'RunbookReportList',
    tool: { name: 'orion-setup', version },
    outcome: worstOutcome(items.map(({ outcome }) => outcome)),
    applies: items.filter(({ outcome }) => outcome === 'problem').map(({ runbook }) => runbook),
    items: [...items],
  };
}
