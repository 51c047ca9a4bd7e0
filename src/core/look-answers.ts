/** What each look comes to. */
import type { ChainLink } from './certificate.ts';

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

/** The fields that the API server does not take, each with what it says; none where it takes the object. */
export type ManifestAnswer = {
  readonly refused: readonly { readonly field: string; readonly message: string }[];
};

export type ManifestsAnswer = {
  /** What was tried, as `Deployment/auth-service`. */
  readonly tried: readonly string[];
  readonly refused: readonly { readonly object: string; readonly causes: ManifestAnswer['refused'] }[];
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

/** An alert as an Alertmanager holds it. */
export type HeldAlert = {
  /** unprocessed: taken in, and not given to its routes yet. suppressed: silenced or inhibited. */
  readonly state: 'unprocessed' | 'active' | 'suppressed';
  /** Names, in the order of the routes that took it. */
  readonly receivers: readonly string[];
};

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
