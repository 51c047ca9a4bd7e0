import type { Runbook } from '../../src/core/diagnosis.ts';
import { hpaMinBelowPdb } from './budget/hpa-min-below-pdb.ts';
import { pdbMultiple } from './budget/pdb-multiple.ts';
import { pdbNoHeadroom } from './budget/pdb-no-headroom.ts';
import { pdbPercentRounding } from './budget/pdb-percent-rounding.ts';
import { pdbSelectorMismatch } from './budget/pdb-selector-mismatch.ts';
import { pdbSelectorTooBroad } from './budget/pdb-selector-too-broad.ts';
import { pdbStatusStale } from './budget/pdb-status-stale.ts';
import { pdbSyncFailed } from './budget/pdb-sync-failed.ts';
import { pdbUnhealthyPods } from './budget/pdb-unhealthy-pods.ts';
import { pdbZeroDisruptionsBySpec } from './budget/pdb-zero-disruptions-by-spec.ts';
import { concernsOf } from './concerns.ts';
import { autoscalerNotPdb } from './drain/autoscaler-not-pdb.ts';
import { drainBlockedNotPdb } from './drain/drain-blocked-not-pdb.ts';
import { evictionForbidden } from './drain/eviction-forbidden.ts';
import { evictionsInFlight } from './drain/evictions-in-flight.ts';
import { replacementUnschedulable } from './drain/replacement-unschedulable.ts';
import { lookAlikes } from './look-alikes.ts';
import { evictionLooks, workloadLooks } from './looks.ts';
import { mayAsk, mayChange } from './rights.ts';
import { rolloutCauses } from './rollout-causes.ts';
import { impactOf, stateOf } from './state.ts';
import { throughBudget } from './through-budget.ts';
import { type PdbView, pdbViewOf } from './view.ts';

export const pdbBlocking: Runbook<PdbView> = {
  name: 'pdb-blocking',
  title: 'Rollout or drain stuck',
  symptom: 'A rollout does not finish, or a node cannot be drained',
  target: { kind: 'Deployment', name: 'auth-service' },
  through: throughBudget,
  rounds: [workloadLooks, evictionLooks],
  mayAsk,
  mayChange,
  view: pdbViewOf,
  causes: [
    ...rolloutCauses,
    pdbSyncFailed,
    pdbStatusStale,
    pdbSelectorTooBroad,
    pdbMultiple,
    pdbSelectorMismatch,
    replacementUnschedulable,
    pdbUnhealthyPods,
    pdbZeroDisruptionsBySpec,
    pdbPercentRounding,
    hpaMinBelowPdb,
    pdbNoHeadroom,
    evictionForbidden,
    drainBlockedNotPdb,
    autoscalerNotPdb,
    evictionsInFlight,
  ],
  lookAlikes,
  concerns: concernsOf,
  state: stateOf,
  impact: impactOf,
};
