import type { AlertmanagerAddress, PrometheusAddress } from '../look.ts';

/** Where a command works, as far as its rights depend on it. The names are those of the service's own objects. */
export type Places = {
  readonly namespace: string;
  /** Every Prometheus of the cluster, as far as they are known. */
  readonly prometheuses: readonly PrometheusAddress[];
  /** Every Alertmanager that they are told of. */
  readonly alertmanagers: readonly AlertmanagerAddress[];
};

/** As kube-prometheus-stack has it, which `prerequisites` offers to install. */
export const usualPrometheus: PrometheusAddress = {
  namespace: 'monitoring',
  name: 'kube-prometheus-stack-prometheus',
  service: 'prometheus-operated',
  port: 'web',
  scheme: 'http',
  prefix: '',
};

/** As the chart tells its Prometheus. */
export const usualAlertmanager: AlertmanagerAddress = {
  namespace: 'monitoring',
  service: 'kube-prometheus-stack-alertmanager',
  port: 'http-web',
  scheme: 'http',
  prefix: '',
};
