import type { Cause } from '../../../src/core/diagnosis.ts';
import type { PromView } from '../view.ts';
import { appMetricsDisabled } from './app-metrics-disabled.ts';
import { contentType } from './content-type.ts';
import { jobLabelMismatch } from './job-label-mismatch.ts';
import { limitsExceeded } from './limits-exceeded.ts';
import { metricRelabelingsDropAll } from './metric-relabelings-drop-all.ts';
import { networkpolicyBlocksScrape } from './networkpolicy-blocks-scrape.ts';
import { notExpositionFormat } from './not-exposition-format.ts';
import { schemeMismatch } from './scheme-mismatch.ts';
import { serviceMeshMtls } from './service-mesh-mtls.ts';
import { target404 } from './target-404.ts';
import { targetAuth } from './target-auth.ts';
import { targetConnectionRefused } from './target-connection-refused.ts';
import { targetTimeoutSlow } from './target-timeout-slow.ts';
import { tlsVerify } from './tls-verify.ts';
import { wrongPrometheusOrQuery } from './wrong-prometheus-or-query.ts';

/** What can be wrong once Prometheus has found its targets, and behind them. */
export const targetCauses: readonly Cause<PromView>[] = [
  target404,
  targetConnectionRefused,
  networkpolicyBlocksScrape,
  targetTimeoutSlow,
  schemeMismatch,
  tlsVerify,
  targetAuth,
  metricRelabelingsDropAll,
  limitsExceeded,
  contentType,
  notExpositionFormat,
  wrongPrometheusOrQuery,
  jobLabelMismatch,
  serviceMeshMtls,
  appMetricsDisabled,
];
