import type { Dependency, RunbookName } from './point.ts';
import { issuerCauses, issuing } from './points/issuing.ts';
import { podCauses } from './points/pods.ts';

/** What a point may only be waiting for: whose word tells, and the causes that then are its own too. */
export const dependencies: Readonly<
  Record<Dependency, { readonly runbook: RunbookName; readonly causes: readonly string[] }>
> = {
  issuing: { runbook: 'cert-pending', causes: [...issuerCauses, ...issuing] },
  pods: { runbook: 'pdb-blocking', causes: podCauses },
};
