import type { Runbook } from '../../src/core/diagnosis.ts';
import { pdbNoHeadroom } from './budget/pdb-no-headroom.ts';
import { concernsOf } from './concerns.ts';
import { evictionLooks, workloadLooks } from './looks.ts';
import { rolloutCauses } from './rollout-causes.ts';
import { impactOf, stateOf } from './state.ts';
import { type PdbView, pdbViewOf } from './view.ts';

export const pdbBlocking: Runbook<PdbView> = {
  name: 'pdb-blocking',
  title: 'Rollout or drain stuck',
  symptom: 'A rollout does not finish, or a node cannot be drained',
  target: { kind: 'Deployment', name: 'auth-service' },
  rounds: [workloadLooks, evictionLooks],
  view: pdbViewOf,
  causes: [...rolloutCauses, pdbNoHeadroom],
  concerns: concernsOf,
  state: stateOf,
  impact: impactOf,
};
