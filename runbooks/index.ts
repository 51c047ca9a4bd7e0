import type { Runbook } from '../src/core/diagnosis.ts';
import { certPending } from './cert-pending/index.ts';
import { pdbBlocking } from './pdb-blocking/index.ts';
import { prometheusNotScraping } from './prometheus-not-scraping/index.ts';

/** Every runbook there is. */
export const runbooks: readonly Runbook[] = [
  certPending as Runbook,
  pdbBlocking as Runbook,
  prometheusNotScraping as Runbook,
];
