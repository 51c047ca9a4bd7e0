import { certificateName, deploymentName } from './procedure.ts';

/** A metric that the dashboards and alerts of ORION's auth service live on. */
export type Metric = {
  readonly name: string;
  /** Who should provide it, in words. */
  readonly provider: string;
  readonly from: 'application' | 'kubelet' | 'kube-state-metrics' | 'cert-manager';
  /** As a PromQL selector of its series. */
  readonly selector: (where: Where) => readonly string[];
};

export type Where = { readonly namespace: string /** Matchers of our own targets. */; readonly own: string };

/** A text within a PromQL string. */
export const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

const providers = {
  application: 'the application, on its metrics page, scraped by ServiceMonitor auth-service-monitor',
  kubelet: "the kubelet (cAdvisor), by the platform's ServiceMonitor for kubelets",
  'kube-state-metrics': "kube-state-metrics, by the platform's ServiceMonitor for it",
  'cert-manager': 'cert-manager, by a PodMonitor for it in its namespace',
} as const satisfies Record<Metric['from'], string>;

const metric = (name: string, from: Metric['from'], selector: Metric['selector']): Metric => ({
  name,
  from,
  provider: providers[from],
  selector,
});

const application = (name: string): Metric => metric(name, 'application', ({ own }) => [`${name}{${own}}`]);

/** A label that the target has too is called exported_… unless the scrape honours labels. */
const either = (name: string, labels: (prefix: string) => string): readonly string[] => [
  `${name}{${labels('')}}`,
  `${name}{${labels('exported_')}}`,
];

const ofPods = (name: string, from: Metric['from']): Metric =>
  metric(name, from, ({ namespace }) =>
    either(name, (prefix) => `${prefix}namespace=${quoted(namespace)},${prefix}pod=~"${deploymentName}-.+"`),
  );

const ofCertificate = (name: string): Metric =>
  metric(name, 'cert-manager', ({ namespace }) =>
    either(name, (prefix) => `${prefix}namespace=${quoted(namespace)},name="${certificateName}"`),
  );

export const metrics: readonly Metric[] = [
  application('http_requests_total'),
  // A histogram: what is there by this name are its parts.
  metric('http_request_duration_seconds', 'application', ({ own }) => [
    `{__name__=~"http_request_duration_seconds(_bucket|_count|_sum)?",${own}}`,
  ]),
  application('auth_login_attempts_total'),
  application('auth_token_generation_total'),
  ofPods('container_cpu_usage_seconds_total', 'kubelet'),
  ofPods('container_memory_usage_bytes', 'kubelet'),
  ofPods('kube_pod_status_phase', 'kube-state-metrics'),
  metric('kube_deployment_status_replicas', 'kube-state-metrics', ({ namespace }) =>
    either(
      'kube_deployment_status_replicas',
      (prefix) => `${prefix}namespace=${quoted(namespace)},deployment="${deploymentName}"`,
    ),
  ),
  ofCertificate('certmanager_certificate_expiration_timestamp_seconds'),
  ofCertificate('certmanager_certificate_ready_status'),
];

/** How many series of a metric there are now. */
export const countQuery = (of: Metric, where: Where): string => `count(${of.selector(where).join(' or ')})`;

/** Names on a page that this metric goes by. */
export const isOnPage = ({ name }: Metric, names: readonly string[]): boolean =>
  names.some((one) => one === name || ['_bucket', '_count', '_sum'].some((part) => one === name + part));
