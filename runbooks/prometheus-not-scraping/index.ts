import type { Runbook } from '../../src/core/diagnosis.ts';
import { concernsOf } from './concerns.ts';
import { doubtLooks, firstLooks, prometheusLooks } from './looks.ts';
import { smNotSelectedLabels } from './selection/sm-not-selected-labels.ts';
import { impactOf, stateOf } from './state.ts';
import { type PromView, promViewOf } from './view.ts';

export const prometheusNotScraping: Runbook<PromView> = {
  name: 'prometheus-not-scraping',
  title: 'No metrics',
  symptom: 'Metrics are missing: Prometheus does not scrape the service',
  target: { kind: 'ServiceMonitor', name: 'auth-service-monitor' },
  rounds: [firstLooks, prometheusLooks, doubtLooks],
  view: promViewOf,
  causes: [smNotSelectedLabels],
  concerns: concernsOf,
  state: stateOf,
  impact: impactOf,
};
