import { errorReportSchema } from './error-report.ts';
import { historyReportSchema } from './history-report.ts';
import { prerequisitesReportSchema } from './prerequisites-report.ts';
import { profileListSchema, profileReportSchema } from './profile-report.ts';
import { runbookReportSchema } from './runbook-report.ts';
import { runbookReportListSchema } from './runbook-report-list.ts';
import { scenarioListSchema } from './scenario-list.ts';
import { setupReportSchema } from './setup-report.ts';
import { sweepReportSchema } from './sweep-report.ts';
import { undoReportSchema } from './undo-report.ts';

/** Every kind of document that -o json prints. */
export const reportSchemas = {
  RunbookReport: runbookReportSchema,
  RunbookReportList: runbookReportListSchema,
  SweepReport: sweepReportSchema,
  SetupReport: setupReportSchema,
  UndoReport: undoReportSchema,
  History: historyReportSchema,
  Profile: profileReportSchema,
  ProfileList: profileListSchema,
  ScenarioList: scenarioListSchema,
  PrerequisitesReport: prerequisitesReportSchema,
  Error: errorReportSchema,
} as const;
