import { deployReportSchema } from './deploy-report.ts';
import { errorReportSchema } from './error-report.ts';
import { historyReportSchema } from './history-report.ts';
import { prerequisitesReportSchema } from './prerequisites-report.ts';
import { profileListSchema, profileReportSchema } from './profile-report.ts';
import { runbookReportSchema } from './runbook-report.ts';
import { runbookReportListSchema } from './runbook-report-list.ts';
import { scenarioListSchema } from './scenario-list.ts';
import { setupReportSchema } from './setup-report.ts';
import { sweepReportSchema } from './sweep-report.ts';
import { testReportSchema } from './test-report.ts';
import { undoReportSchema } from './undo-report.ts';
import { verifyReportSchema } from './verify-report.ts';

/** Every kind of document that -o json prints. */
export const reportSchemas = {
  RunbookReport: runbookReportSchema,
  RunbookReportList: runbookReportListSchema,
  SweepReport: sweepReportSchema,
  SetupReport: setupReportSchema,
  DeployReport: deployReportSchema,
  TestReport: testReportSchema,
  UndoReport: undoReportSchema,
  History: historyReportSchema,
  Profile: profileReportSchema,
  ProfileList: profileListSchema,
  ScenarioList: scenarioListSchema,
  VerifyReport: verifyReportSchema,
  PrerequisitesReport: prerequisitesReportSchema,
  Error: errorReportSchema,
} as const;
