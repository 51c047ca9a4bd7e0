import type { ChainLink } from './certificate.ts';
import type { Fetched } from './fetched.ts';
import type { Kind } from './kubernetes/kinds.ts';
import type { KubernetesObject } from './kubernetes/object.ts';

/** One thing to look at, as a value: the same value asks the cluster, a scenario file, and names the answer in saved evidence. */
export type Look = ClusterLook | InsideLook | OutsideLook;

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

export type DnsAnswer = {
  /** NOERROR, NXDOMAIN, SERVFAIL, TIMEOUT, REFUSED … */
  readonly rcode: string;
  readonly a: readonly string[];
  readonly aaaa: readonly string[];
  /** CAA records at this very name, as `0 issue "letsencrypt.org"`. */
  readonly caa: readonly string[];
  /** Who was asked: a resolver's address, or `system`. */
  readonly asked: string;
};

export type TcpAnswer = 'open' | 'refused' | 'timed-out' | 'unreachable';

export type HttpAnswer =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** The first 1,024 characters, control characters stripped; empty where it is the key authorization, which is kept nowhere. */
      readonly body: string;
      /** Whether the body is the key authorization that belongs to the token in the URL (RFC 8555, 8.1). */
      readonly isKey: boolean;
      readonly server: string;
      readonly location: string;
      /** Every URL asked, the first one first. */
      readonly hops: readonly string[];
      /** Of the last answer, lower case; only those that say how a client is to be careful (keptHeaders). */
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly outcome: 'failed';
      readonly why: Exclude<TcpAnswer, 'open'> | 'reset' | 'tls' | 'bad-redirect';
      readonly detail: string;
    };

/** Headers of an answer that are kept; cookies and all others are nobody's business. */
export const keptHeaders = [
  'strict-transport-security',
  'x-frame-options',
  'x-content-type-options',
  'referrer-policy',
  'permissions-policy',
  'content-security-policy',
] as const;

export type TlsAnswer = {
  readonly serial: string;
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly notAfter: string;
  readonly protocol: string;
  /** As it was sent, the leaf first. */
  readonly chain?: readonly ChainLink[];
  /** Why this machine would not trust it, as Node.js names it (UNABLE_TO_VERIFY_LEAF_SIGNATURE …); empty where it would. */
  readonly distrust?: string;
  /** This machine's own address in that connection: where "outside" is. */
  readonly seenFrom?: string;
};

export type TlsVersionAnswer = {
  readonly accepted: boolean;
  /** Why not, in the words of the handshake. */
  readonly detail: string;
};

/** What the API server says to an eviction: 201, or why not, in its own words. */
export type EvictionAnswer = {
  readonly code: number;
  readonly message: string;
  readonly causes: readonly { readonly reason: string; readonly message: string }[];
};

export type ScrapeTarget = {
  /** Without user and query. */
  readonly url: string;
  /** `unknown`: not scraped yet. */
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  readonly lastScrape: string;
  /** In seconds. */
  readonly lastDuration: number;
  readonly interval: string;
  readonly timeout: string;
  /** namespace, pod, service, endpoint, container, node, job and instance; no others. */
  readonly labels: Readonly<Record<string, string>>;
};

export type ScrapePoolAnswer = {
  /** Whether Prometheus has this pool at all. */
  readonly known: boolean;
  /** The first 100. */
  readonly targets: readonly ScrapeTarget[];
  readonly active: number;
  readonly dropped: number;
};

/** By the pool's name; one that Prometheus does not have is not there. */
export type ScrapePoolsAnswer = Readonly<Record<string, ScrapePoolAnswer>>;

export type LogLine = {
  /** When the container wrote it (RFC 3339). */
  readonly time: string;
  /** The first 300 characters. */
  readonly text: string;
};

export type PrometheusRuntimeAnswer = {
  /** Whether the last reload of the configuration went well; where not, an older one is in use. */
  readonly reloaded: boolean;
  readonly lastConfigTime: string;
};

/** Labels as in ScrapeTarget, and __name__. */
export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

export type MetricsPageAnswer =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      readonly contentType: string;
      /** The first 1,024 characters, control characters stripped. */
      readonly body: string;
      /** Whether the whole body reads as Prometheus' text format, and how many samples it has. */
      readonly isExposition: boolean;
      readonly samples: number;
      /** Names of the metrics on the whole page, sorted; the first 500. */
      readonly names?: readonly string[];
      readonly location: string;
      /** How long the whole answer took. */
      readonly seconds: number;
    }
  | {
      readonly outcome: 'failed';
      readonly why: Exclude<TcpAnswer, 'open'> | 'reset' | 'tls';
      readonly detail: string;
    };

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
                : InsideAnswerOf<L>;

type InsideAnswerOf<L extends Look> = L extends { at: 'scrape-pool' }
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

export type Looker = <L extends Look>(look: L, signal: AbortSignal) => Promise<Fetched<AnswerOf<L>>>;
