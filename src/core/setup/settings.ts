/** What set-up knows once every question is answered. No secrets: those go straight into secrets.env. */
export type Settings = {
  readonly domain: string;
  /** Optional for Let's Encrypt since its reminders ended in June 2025. */
  readonly email: string | undefined;
  /** The operator's tree, an absolute path. */
  readonly tree: string;
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  readonly allowFromNamespaces: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly ingress: IngressFacts;
  /** Labels that this cluster's Prometheus selects ServiceMonitors by. */
  readonly monitorLabels: Readonly<Record<string, string>>;
  readonly prometheusNamespace: string;
  /** The same of PrometheusRules and of PodMonitors; those of ServiceMonitors where it is not known. */
  readonly ruleLabels?: Readonly<Record<string, string>>;
  readonly podMonitorLabels?: Readonly<Record<string, string>>;
  /** Where cert-manager runs: its PodMonitor stands beside it. */
  readonly certManagerNamespace?: string;
  /** What is deployed along to watch the service; all of it where it was not asked. */
  readonly monitoring?: readonly MonitoringPart[];
  /**
   * Whether a NetworkPolicy of the platform denies the environments' namespaces all traffic by default. Only then is the policy for
   * ACME solver pods rendered: where nothing is denied it would only narrow what is open.
   */
  readonly deniesByDefault?: boolean;
  /** Where both issuers get their certificates; of an environment that is set up elsewhere or later too, so that its issuer stays as it is. */
  readonly acme?: Readonly<Partial<Record<EnvironmentName, AcmeSettings>>>;
  readonly environments: Readonly<Partial<Record<EnvironmentName, EnvironmentSettings>>>;
};

/** Alerts, a dashboard, and the metrics of cert-manager without which nothing knows when a certificate ends. */
export const monitoringParts = ['alerts', 'dashboard', 'cert-manager'] as const;
export type MonitoringPart = (typeof monitoringParts)[number];

export type EnvironmentName = 'staging' | 'production';
export const environmentNames = ['staging', 'production'] as const satisfies readonly EnvironmentName[];

export type EnvironmentSettings = {
  readonly context: string;
  /** What the metrics' label `cluster` says; the context's name where it is absent. */
  readonly clusterName?: string;
  readonly host: string;
  readonly acme: AcmeSettings;
  /** Where database and Redis are, from the URLs in secrets.env: for the egress NetworkPolicy. Never the URLs themselves. */
  readonly database: Endpoint;
  readonly redis: Endpoint;
};

export type AcmeSettings = {
  readonly server: string;
  /** PEM, for a private or test CA. */
  readonly caBundle?: string;
};

/** Host and port of a URL. `cidr` where the operator gave one; otherwise `*.svc` names select their namespace and all else is any address. */
export type Endpoint = { readonly host: string; readonly port: number; readonly cidr?: string };

export type IngressFacts = {
  readonly className: string;
  readonly namespace: string;
  /** A controller on hostNetwork comes from node addresses: then ipBlocks of the nodes. */
  readonly nodeCidrs: readonly string[];
  /** Whether the controller lets an Ingress name extra response headers (allow-list global-allowed-response-headers). */
  readonly allowsCustomHeaders: boolean;
};

export const namespaces: Readonly<Record<EnvironmentName, string>> = {
  staging: 'orion-staging',
  production: 'orion-prod',
};

export const issuerNames: Readonly<Record<EnvironmentName, string>> = {
  staging: 'letsencrypt-staging',
  production: 'letsencrypt-prod',
};

export const letsEncrypt: Readonly<Record<EnvironmentName, string>> = {
  staging: 'https://acme-staging-v02.api.letsencrypt.org/directory',
  production: 'https://acme-v02.api.letsencrypt.org/directory',
};
