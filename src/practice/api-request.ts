import type { User } from './access.ts';

/** One request of the Kubernetes API, and its answer, apart from the wire. */
export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: string;
  readonly user: User;
  /** The name of the program, which is its field manager where it names none. */
  readonly agent: string;
};

export type ApiAnswer = {
  readonly code: number;
  readonly body: unknown;
  /** Of what a proxy passes on. */
  readonly contentType?: string;
  readonly location?: string;
};
