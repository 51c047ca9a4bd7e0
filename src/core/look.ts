import type { AlertRoutes } from './alerts/route.ts';
import type { Fetched } from './fetched.ts';
import type { Kind } from './kubernetes/kinds.ts';
import type { KubernetesObject } from './kubernetes/object.ts';
import type {
  DnsAnswer,
  EvictionAnswer,
  HeldAlert,
  HttpAnswer,
  LogLine,
  ManifestsAnswer,
  MetricsPageAnswer,
  PrometheusRuntimeAnswer,
  Sample,
  ScrapePoolAnswer,
  ScrapePoolsAnswer,
  TcpAnswer,
  TlsAnswer,
  TlsVersionAnswer,
} from './look-answers.ts';

/** One thing to look at, as a value: the same value asks the cluster, a scenario file, and names the answer in saved evidence. */
export type Look = ClusterLook | InsideLook | OutsideLook | ManifestsLook;

export type ClusterLook = ReadLook | EvictionLook;

export type ReadLook =
  | { readonly at: 'list'; readonly kind: Kind; readonly namespace?: string; readonly labels?: string }
  | { readonly at: 'get'; readonly kind: Kind; readonly namespace?: string; readonly name: string };

/** Whether a pod may be evicted now: an eviction that is only tried (dry run), so that all is checked and nothing is spent. */
export type EvictionLook = {
  readonly at: 'evict';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
};

/**
 * The operator's own manifests of a namespace, where they are known, tried on the API server (dry run) without keeping anything: what a
 * rollout is made of, or the Certificates.
 */
export type ManifestsLook = { readonly at: 'manifests'; readonly namespace: string; readonly of?: 'certificates' };

/** Looks through the API server at what runs inside the cluster: what Prometheus and the pods themselves say, and what others may do. */
export type InsideLook =
  /** One scrape pool as Prometheus itself has it (/api/v1/targets). */
  | { readonly at: 'scrape-pool'; readonly prometheus: PrometheusAddress; readonly pool: string }
  /** All pools of one monitor in one answer: Prometheus gives one pool by its name, or every pool there is. */
  | { readonly at: 'scrape-pools'; readonly prometheus: PrometheusAddress; readonly prefix: string }
  /** What Prometheus says of its own configuration (/api/v1/status/runtimeinfo). */
  | { readonly at: 'prometheus-runtime'; readonly prometheus: PrometheusAddress }
  /** An instant query (/api/v1/query). */
  | { readonly at: 'prometheus-query'; readonly prometheus: PrometheusAddress; readonly query: string }
  /** The Alertmanagers that a Prometheus sends to just now (/api/v1/alertmanagers). */
  | { readonly at: 'alertmanagers'; readonly prometheus: PrometheusAddress }
  /** Whom an Alertmanager tells of what (/api/v2/status). Nothing else of its configuration is kept. */
  | { readonly at: 'alert-routes'; readonly alertmanager: AlertmanagerAddress }
  /** What an Alertmanager holds of the alerts of one name and one run (/api/v2/alerts). */
  | {
      readonly at: 'held-alerts';
      readonly alertmanager: AlertmanagerAddress;
      readonly name: string;
      readonly run: string;
    }
  /** How many jobs of one monitor stand in the configuration that the operator generated. Nothing else of that Secret is kept. */
  | { readonly at: 'scrape-jobs'; readonly namespace: string; readonly prometheus: string; readonly prefix: string }
  /** GET of one pod's page, by the API server's pod proxy. */
  | {
      readonly at: 'metrics-page';
      readonly namespace: string;
      readonly pod: string;
      readonly scheme: 'http' | 'https';
      readonly port: number;
      readonly path: string;
    }
  /** The newest lines of a container's log that hold a phrase. Nothing else of the log is kept. */
  | {
      readonly at: 'log-lines';
      readonly namespace: string;
      readonly pod: string;
      readonly container: string;
      readonly phrase: string;
    }
  /** What somebody else may do (SubjectAccessReview). Without a namespace: everywhere. */
  | {
      readonly at: 'access';
      readonly user: string;
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly namespace?: string;
    };

/** Where the API of a Prometheus is: a port of a Service, reached by the API server's service proxy. */
export type PrometheusAddress = {
  readonly namespace: string;
  /** Of the Prometheus object. */
  readonly name: string;
  readonly service: string;
  readonly port: string;
  readonly scheme: 'http' | 'https';
  /** Its routePrefix without a slash at the end: empty, or `/prometheus`. */
  readonly prefix: string;
};

/** Where the API of an Alertmanager is, as its Prometheus is told: a port of a Service, reached by the API server's service proxy. */
export type AlertmanagerAddress = Omit<PrometheusAddress, 'name'>;

/** Looks from this machine at what a certificate authority would see. */
export type OutsideLook =
  | { readonly at: 'dns'; readonly name: string }
  | { readonly at: 'tcp'; readonly address: string; readonly port: number }
  /** GET as the CA does it: no cookies, redirects followed to ports 80 and 443 only, certificates not checked (RFC 8555, 8.3). */
  | {
      readonly at: 'http';
      readonly url: string;
      readonly address: string;
      /** false: the first answer as it is, also where it redirects. */
      readonly follow?: false;
    }
  /** TLS handshake with SNI; the certificate is looked at, not trusted. */
  | { readonly at: 'tls'; readonly host: string; readonly address: string; readonly port: number }
  /** Whether a handshake by this version of TLS and no other comes about. */
  | {
      readonly at: 'tls-version';
      readonly host: string;
      readonly address: string;
      readonly port: number;
      readonly version: TlsVersion;
    };

export const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

export type AnswerOf<L extends Look> = L extends { at: 'list' }
  ? readonly KubernetesObject[]
  : L extends { at: 'get' }
    ? KubernetesObject
    : L extends { at: 'dns' }
      ? DnsAnswer
      : L extends { at: 'tcp' }
        ? TcpAnswer
        : L extends { at: 'http' }
          ? HttpAnswer
          : L extends { at: 'tls' }
            ? TlsAnswer
            : L extends { at: 'tls-version' }
              ? TlsVersionAnswer
              : L extends { at: 'evict' }
                ? EvictionAnswer
                : L extends { at: 'manifests' }
                  ? ManifestsAnswer
                  : InsideAnswerOf<L>;

type InsideAnswerOf<L extends Look> = L extends { at: 'alertmanagers' }
  ? readonly string[]
  : L extends { at: 'alert-routes' }
    ? AlertRoutes
    : L extends { at: 'held-alerts' }
      ? readonly HeldAlert[]
      : ScrapingAnswerOf<L>;

type ScrapingAnswerOf<L extends Look> = L extends { at: 'scrape-pool' }
  ? ScrapePoolAnswer
  : L extends { at: 'scrape-pools' }
    ? ScrapePoolsAnswer
    : L extends { at: 'prometheus-runtime' }
      ? PrometheusRuntimeAnswer
      : L extends { at: 'prometheus-query' }
        ? readonly Sample[]
        : L extends { at: 'scrape-jobs' }
          ? number
          : L extends { at: 'metrics-page' }
            ? MetricsPageAnswer
            : L extends { at: 'log-lines' }
              ? readonly LogLine[]
              : L extends { at: 'access' }
                ? boolean
                : never;

export const isOutside = (look: Look): look is OutsideLook =>
  ['dns', 'tcp', 'http', 'tls', 'tls-version'].includes(look.at);

/** The name of a look: equal looks have equal names. Used as the key of saved evidence, so it is never changed. */
export function nameOf(look: Look): string {
  switch (look.at) {
    case 'list': {
      const where = look.kind.namespaced ? ` in ${look.namespace ?? '*'}` : '';
      return `list ${look.kind.apiVersion} ${look.kind.kind}${where}${look.labels ? ` where ${look.labels}` : ''}`;
    }
    case 'get':
      return `get ${look.kind.apiVersion} ${look.kind.kind} ${look.namespace ? `${look.namespace}/` : ''}${look.name}`;
    case 'evict':
      return `evict ${look.namespace}/${look.name}`;
    case 'manifests':
      return `manifests of ${look.namespace}${look.of ? `: ${look.of}` : ''}`;
    case 'dns':
      return `dns ${look.name}`;
    case 'tcp':
      return `tcp ${look.address} ${look.port}`;
    case 'http':
      return `http ${look.url} at ${look.address}${look.follow === false ? ' as it is' : ''}`;
    case 'tls':
      return `tls ${look.host} at ${look.address} ${look.port}`;
    case 'tls-version':
      return `tls-version ${look.version} ${look.host} at ${look.address} ${look.port}`;
    case 'scrape-pool':
      return `scrape-pool ${look.prometheus.namespace}/${look.prometheus.name} ${look.pool}`;
    case 'scrape-pools':
      return `scrape-pools ${look.prometheus.namespace}/${look.prometheus.name} ${look.prefix}`;
    case 'prometheus-runtime':
      return `prometheus-runtime ${look.prometheus.namespace}/${look.prometheus.name}`;
    case 'prometheus-query':
      return `prometheus-query ${look.prometheus.namespace}/${look.prometheus.name} ${look.query}`;
    case 'alertmanagers':
      return `alertmanagers ${look.prometheus.namespace}/${look.prometheus.name}`;
    case 'alert-routes': {
      const { namespace, scheme, service, port, prefix } = look.alertmanager;
      return `alert-routes ${namespace} ${scheme}:${service}:${port}${prefix}`;
    }
    case 'held-alerts': {
      const { namespace, scheme, service, port } = look.alertmanager;
      return `held-alerts ${namespace} ${scheme}:${service}:${port} ${look.name} ${look.run}`;
    }
    case 'scrape-jobs':
      return `scrape-jobs ${look.namespace}/${look.prometheus} ${look.prefix}`;
    case 'metrics-page':
      return `metrics-page ${look.namespace}/${look.pod} ${look.scheme} ${look.port} ${look.path}`;
    case 'log-lines':
      return `log-lines ${look.namespace}/${look.pod} ${look.container} ${look.phrase}`;
    case 'access': {
      const resource = look.group === '' ? look.resource : `${look.resource}.${look.group}`;
      return `access ${look.user} ${look.verb} ${resource} in ${look.namespace ?? '*'}`;
    }
  }
}

export type ManifestsLooker = (look: ManifestsLook, signal: AbortSignal) => Promise<Fetched<ManifestsAnswer>>;

export type Looker = <L extends Look>(look: L, signal: AbortSignal) => Promise<Fetched<AnswerOf<L>>>;
