import type { Runbook } from '../../src/core/diagnosis.ts';
import { smRejected } from './acceptance/sm-rejected.ts';
import { concernsOf } from './concerns.ts';
import { configReloadFailed } from './config/config-reload-failed.ts';
import { endpointsliceRbac } from './discovery/endpointslice-rbac.ts';
import { portNameMismatch } from './discovery/port-name-mismatch.ts';
import { prometheusRbac } from './discovery/prometheus-rbac.ts';
import { relabelingsDropAll } from './discovery/relabelings-drop-all.ts';
import { serviceLabelMismatch } from './discovery/service-label-mismatch.ts';
import { serviceNoEndpoints } from './discovery/service-no-endpoints.ts';
import { smNamespaceselectorWrong } from './discovery/sm-namespaceselector-wrong.ts';
import { targetportUndeclared } from './discovery/targetport-undeclared.ts';
import { lookAlikes } from './look-alikes.ts';
import { doubtLooks, firstLooks, prometheusLooks } from './looks.ts';
import { servicemonitorCrdMissing } from './monitor/servicemonitor-crd-missing.ts';
import { servicemonitorMissing } from './monitor/servicemonitor-missing.ts';
import { multipleOperators } from './operator/multiple-operators.ts';
import { operatorDownOrBlind } from './operator/operator-down-or-blind.ts';
import { prometheusDown } from './operator/prometheus-down.ts';
import { prometheusPaused } from './operator/prometheus-paused.ts';
import { smChangeMissed } from './operator/sm-change-missed.ts';
import { mayAsk, mayChange } from './rights.ts';
import { smNotSelectedLabels } from './selection/sm-not-selected-labels.ts';
import { smNotSelectedNamespace } from './selection/sm-not-selected-namespace.ts';
import { impactOf, stateOf } from './state.ts';
import { targetCauses } from './target/index.ts';
import { type PromView, promViewOf } from './view.ts';

export const prometheusNotScraping: Runbook<PromView> = {
  name: 'prometheus-not-scraping',
  title: 'No metrics',
  symptom: 'Metrics are missing: Prometheus does not scrape the service',
  target: { kind: 'ServiceMonitor', name: 'auth-service-monitor' },
  rounds: [firstLooks, prometheusLooks, doubtLooks],
  mayAsk,
  mayChange,
  view: promViewOf,
  causes: [
    servicemonitorCrdMissing,
    servicemonitorMissing,
    prometheusDown,
    multipleOperators,
    prometheusPaused,
    operatorDownOrBlind,
    smChangeMissed,
    smNotSelectedLabels,
    smNotSelectedNamespace,
    smRejected,
    configReloadFailed,
    smNamespaceselectorWrong,
    serviceLabelMismatch,
    portNameMismatch,
    targetportUndeclared,
    serviceNoEndpoints,
    prometheusRbac,
    endpointsliceRbac,
    relabelingsDropAll,
    ...targetCauses,
  ],
  lookAlikes,
  concerns: concernsOf,
  state: stateOf,
  impact: impactOf,
};
