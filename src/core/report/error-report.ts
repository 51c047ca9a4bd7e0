import { z } from 'zod';
import { ExpectedStop, exitCodeOf } from '../failure.ts';
import { apiVersion, toolSchema } from './parts.ts';

/** What -o json prints where there is no report: exit codes 1, 2, 6 to 8, 124 and 130. */
export const errorReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Error'),
  tool: toolSchema,
  code: z.int(),
  message: z.string(),
  next: z.array(z.string()),
});

export type ErrorReport = z.infer<typeof errorReportSchema>;

export function errorReport(error: unknown, version: string): ErrorReport {
  return {
    apiVersion,
    kind: 'Error',
    tool: { name: 'orion-setup', version },
    code: exitCodeOf(error),
    message: error instanceof Error ? error.message : String(error),
    next: error instanceof ExpectedStop ? [...error.next] : [],
  };
}
