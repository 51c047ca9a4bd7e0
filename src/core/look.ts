import type { Fetched } from './fetched.ts';
import type { Kind } from './kubernetes/kinds.ts';
import type { KubernetesObject } from './kubernetes/object.ts';

/** One thing to look at, as a value: the same value asks the cluster, a scenario file, and names the answer in saved evidence. */
export type Look = ClusterLook | OutsideLook;

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

/** Looks from this machine at what a certificate authority would see. */
export type OutsideLook =
  | { readonly at: 'dns'; readonly name: string }
  | { readonly at: 'tcp'; readonly address: string; readonly port: number }
  /** GET as the CA does it: no cookies, redirects followed to ports 80 and 443 only, certificates not checked (RFC 8555, 8.3). */
  | { readonly at: 'http'; readonly url: string; readonly address: string }
  /** TLS handshake with SNI; the certificate is looked at, not trusted. */
  | { readonly at: 'tls'; readonly host: string; readonly address: string; readonly port: number };

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
    }
  | {
      readonly outcome: 'failed';
      readonly why: Exclude<TcpAnswer, 'open'> | 'reset' | 'tls' | 'bad-redirect';
      readonly detail: string;
    };

export type TlsAnswer = {
  readonly serial: string;
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly notAfter: string;
  readonly protocol: string;
};

/** What the API server says to an eviction: 201, or why not, in its own words. */
export type EvictionAnswer = {
  readonly code: number;
  readonly message: string;
  readonly causes: readonly { readonly reason: string; readonly message: string }[];
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
            : L extends { at: 'evict' }
              ? EvictionAnswer
              : never;

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
      return `http ${look.url} at ${look.address}`;
    case 'tls':
      return `tls ${look.host} at ${look.address} ${look.port}`;
  }
}

export type Looker = <L extends Look>(look: L, signal: AbortSignal) => Promise<Fetched<AnswerOf<L>>>;
