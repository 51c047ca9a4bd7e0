/** The answer to "may I see it?". Failing to read is a fact, not an exception. */
export type Fetched<T> = { readonly ok: true; readonly value: T } | Unread;

export type Unread = {
  readonly ok: false;
  readonly why: 'not-found' | 'forbidden' | 'unreachable' | 'timed-out' | 'unreadable' | 'not-looked';
  /** One sentence for people. */
  readonly detail: string;
  /** The right that is missing, as `list challenges.acme.cert-manager.io in orion-staging`; only with forbidden. */
  readonly needs?: string;
};

export const seen = <T>(value: T): Fetched<T> => ({ ok: true, value });
