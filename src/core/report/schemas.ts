import { errorReportSchema } from './error-report.ts';
import { runbookReportSchema } from './runbook-report.ts';
import { scenarioListSchema } from './scenario-list.ts';

/** Every kind of document that -o json prints. */
export const reportSchemas = {
  RunbookReport: runbookReportSchema,
  ScenarioList: scenarioListSchema,
  Error: errorReportSchema,
} as const;
