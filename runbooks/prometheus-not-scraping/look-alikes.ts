import type { LookAlikes } from '../../src/core/diagnosis.ts';

/** What looks the same and is not. */
export const lookAlikes: readonly LookAlikes[] = [
  {
    symptom: "the job is not in Prometheus' configuration",
    codes: [
      'sm-not-selected-labels',
      'sm-not-selected-namespace',
      'sm-rejected',
      'operator-down-or-blind',
      'prometheus-paused',
      'sm-change-missed',
      'servicemonitor-missing',
      'servicemonitor-crd-missing',
      'wrong-prometheus-or-query',
    ],
  },
  { symptom: 'the job is in the Secret and not loaded', codes: ['config-reload-failed', 'prometheus-down'] },
  { symptom: 'pods of Prometheus come and go', codes: ['multiple-operators', 'prometheus-down'] },
  {
    symptom: 'the job is loaded and has no target',
    codes: [
      'service-label-mismatch',
      'port-name-mismatch',
      'sm-namespaceselector-wrong',
      'service-no-endpoints',
      'prometheus-rbac',
      'endpointslice-rbac',
      'relabelings-drop-all',
      'targetport-undeclared',
    ],
  },
  {
    symptom: 'the target is down',
    codes: [
      'target-404',
      'target-connection-refused',
      'networkpolicy-blocks-scrape',
      'target-timeout-slow',
      'scheme-mismatch',
      'tls-verify',
      'target-auth',
      'limits-exceeded',
      'content-type',
      'not-exposition-format',
      'service-mesh-mtls',
    ],
  },
  {
    symptom: 'the target is up and nothing is found of it',
    codes: ['metric-relabelings-drop-all', 'wrong-prometheus-or-query', 'job-label-mismatch', 'app-metrics-disabled'],
  },
];
