import type { Fetched, Unread } from './fetched.ts';
import type { Kind } from './kubernetes/kinds.ts';
import type { KubernetesObject } from './kubernetes/object.ts';
import { type AnswerOf, type Look, nameOf } from './look.ts';
import type { DnsAnswer, HttpAnswer, TcpAnswer, TlsAnswer } from './look-answers.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Thrown by a look at what could not be read. The engine turns it into the verdict "could not look", so a detector cannot forget
 * that case: whatever it needs and does not get ends it there. What it could do without, it asks for with `try…`.
 */
export class CouldNotLook extends Error {
  override readonly name = 'CouldNotLook';

  readonly what: string;
  readonly unread: Unread;

  constructor(what: string, unread: Unread) {
    super(`${what}: ${unread.detail}`);
    this.what = what;
    this.unread = unread;
  }
}

/** What is not needed where it may not be read. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CouldNotLook) return undefined;
    throw error;
  }
}

/** What detectors see: the snapshot, typed. */
export type Sight = {
  readonly now: Date;
  readonly target: Snapshot['target'];
  readonly list: (kind: Kind, namespace?: string, labels?: string) => readonly KubernetesObject[];
  readonly tryList: (kind: Kind, namespace?: string, labels?: string) => Fetched<readonly KubernetesObject[]>;
  /** The object, or undefined where it does not exist. */
  readonly get: (kind: Kind, name: string, namespace?: string) => KubernetesObject | undefined;
  readonly tryGet: (kind: Kind, name: string, namespace?: string) => Fetched<KubernetesObject>;
  readonly dns: (name: string) => DnsAnswer;
  readonly tcp: (address: string, port: number) => TcpAnswer;
  readonly http: (url: string, address: string) => HttpAnswer;
  readonly tls: (host: string, address: string, port?: number) => TlsAnswer;
  /** What such a look came to, of any kind. */
  readonly must: <L extends Look>(look: L) => AnswerOf<L>;
  readonly try: <L extends Look>(look: L) => Fetched<AnswerOf<L>>;
};

const notLooked: Unread = { ok: false, why: 'not-looked', detail: 'not looked at' };

export function sightOf(snapshot: Snapshot): Sight {
  const attempt = <L extends Look>(look: L): Fetched<AnswerOf<L>> =>
    (snapshot.seen[nameOf(look)] as Fetched<AnswerOf<L>> | undefined) ?? notLooked;
  const must = <L extends Look>(look: L): AnswerOf<L> => {
    const answer = attempt(look);
    if (answer.ok) return answer.value;
    throw new CouldNotLook(nameOf(look), answer);
  };
  const listLook = (kind: Kind, namespace?: string, labels?: string) =>
    ({
      at: 'list',
      kind,
      ...(kind.namespaced && namespace !== undefined ? { namespace } : {}),
      ...(labels === undefined ? {} : { labels }),
    }) as const;
  const getLook = (kind: Kind, name: string, namespace?: string) =>
    ({ at: 'get', kind, name, ...(kind.namespaced && namespace !== undefined ? { namespace } : {}) }) as const;

  return {
    now: snapshot.now,
    target: snapshot.target,
    list: (kind, namespace, labels) => must(listLook(kind, namespace, labels)),
    tryList: (kind, namespace, labels) => attempt(listLook(kind, namespace, labels)),
    get: (kind, name, namespace) => {
      const answer = attempt(getLook(kind, name, namespace));
      if (!answer.ok && answer.why === 'not-found') return undefined;
      return must(getLook(kind, name, namespace));
    },
    tryGet: (kind, name, namespace) => attempt(getLook(kind, name, namespace)),
    dns: (name) => must({ at: 'dns', name }),
    tcp: (address, port) => must({ at: 'tcp', address, port }),
    http: (url, address) => must({ at: 'http', url, address }),
    tls: (host, address, port = 443) => must({ at: 'tls', host, address, port }),
    must,
    try: attempt,
  };
}
