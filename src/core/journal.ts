import { z } from 'zod';
import type { Change } from './change.ts';
import type { ClusterIdentity } from './outside/cluster-reader.ts';

/**
 * The journal of one change set: what was going to be done, what was sent, what was seen. One record a line of JSON, each on disk
 * before the next act, so that after a kill at any point the lines say what can have happened. No value of a Secret is in it.
 */
export type JournalRecord =
  | Begun
  | Intent
  | SentRecord
  | SeenRecord
  | CommandRecord
  | RanRecord
  | Verified
  | Undone
  | Closed;

export type Begun = {
  readonly record: 'begun';
  /** Six characters of lower-case base32, unique in the folder: what `history` shows and `undo` takes. */
  readonly id: string;
  /** RFC 3339, as all moments of a journal. */
  readonly at: string;
  /** Of this journal's fingerprints, hexadecimal. */
  readonly salt: string;
  readonly by: { readonly localUser: string; readonly kubernetesUser?: string | undefined };
  readonly cluster: Pick<ClusterIdentity, 'context' | 'server' | 'uid' | 'caFingerprint'>;
  readonly namespace: string;
  /** As typed: `runbook cert-pending --fix`. */
  readonly command: string;
  /** The remedy or the step of set-up, for people. */
  readonly title: string;
  readonly profile?: string | undefined;
  /** Set where this change set takes another one back. */
  readonly undoes?: string | undefined;
  /** What runs it: while that lives, what is not done yet was not cut off. */
  readonly process?: { readonly pid: number; readonly host: string } | undefined;
};

/** Written before a change is sent. Where it is missing, nothing was sent. */
export type Intent = {
  readonly record: 'intent';
  /** Number of the step, from 1. */
  readonly n: number;
  readonly at: string;
  readonly change: Change;
  readonly inverse: Inverse;
  /** Consent to relax something until then is consent to put it back then. */
  readonly relaxUntil?: string | undefined;
};

/**
 * What takes a change back. What is known only afterwards (uid and resourceVersion of the object as changed) is left as '' and comes
 * from the `sent` record.
 */
export type Inverse = { readonly can: Change } | { readonly cannot: string };

export type SentRecord = { readonly record: 'sent'; readonly n: number; readonly at: string } & (
  | { readonly ok: true; readonly uid?: string | undefined; readonly resourceVersion?: string | undefined }
  | { readonly ok: false; readonly why: string; readonly detail: string }
);
/** The live object was seen as the change wanted it. */
export type SeenRecord = { readonly record: 'seen'; readonly n: number; readonly at: string };
/** Written before another program is run that changes the cluster. */
export type CommandRecord = {
  readonly record: 'command';
  readonly n: number;
  readonly at: string;
  readonly command: string;
  /** What a person runs to take it back; null where nothing needs to be. */
  readonly takenBackBy: string | null;
};
/** What it came to. Where it is missing, nobody knows. */
export type RanRecord = {
  readonly record: 'ran';
  readonly n: number;
  readonly at: string;
  readonly result: string;
  readonly exitCode: number | null;
};
export type Verified = {
  readonly record: 'verified';
  readonly at: string;
  readonly ok: boolean;
  readonly because: string;
};
/** Step n was taken back, by the change set `by`. */
export type Undone = {
  readonly record: 'undone';
  readonly n: number;
  readonly at: string;
  readonly by?: string | undefined;
};
/** Nothing more is to be done or said about it. */
export type Closed = { readonly record: 'closed'; readonly at: string; readonly because?: string | undefined };

/** A journal as read back. */
export type Journal = {
  readonly records: readonly JournalRecord[];
  /** The last line was not written to its end: what it announces was not done, what it reports is not known. */
  readonly isTorn: boolean;
  /** Numbers (from 1) of lines that cannot be read although others follow: somebody or something damaged the file. */
  readonly damaged: readonly number[];
  /** The process of another run that is still there, and so may be at it. */
  readonly running?: number | undefined;
};

const moment = z.iso.datetime({ offset: true });
const step = z.int().min(1);
const change = z.custom<Change>(
  (value) =>
    z.looseObject({ do: z.enum(['apply', 'create', 'patch', 'status', 'delete', 'evict', 'alert']) }).safeParse(value)
      .success,
);

const recordSchema = z.union([
  z.object({
    record: z.literal('begun'),
    id: z.string(),
    at: moment,
    salt: z.string(),
    by: z.object({ localUser: z.string(), kubernetesUser: z.string().optional() }),
    cluster: z.object({
      context: z.string(),
      server: z.string(),
      uid: z.string().nullable(),
      caFingerprint: z.string().nullable(),
    }),
    namespace: z.string(),
    command: z.string(),
    title: z.string(),
    profile: z.string().optional(),
    undoes: z.string().optional(),
    process: z.object({ pid: z.int().min(1), host: z.string() }).optional(),
  }),
  z.object({
    record: z.literal('intent'),
    n: step,
    at: moment,
    change,
    inverse: z.union([z.object({ can: change }), z.object({ cannot: z.string() })]),
    relaxUntil: moment.optional(),
  }),
  z.object({
    record: z.literal('sent'),
    n: step,
    at: moment,
    ok: z.literal(true),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
  }),
  z.object({
    record: z.literal('sent'),
    n: step,
    at: moment,
    ok: z.literal(false),
    why: z.string(),
    detail: z.string(),
  }),
  z.object({ record: z.literal('seen'), n: step, at: moment }),
  z.object({
    record: z.literal('command'),
    n: step,
    at: moment,
    command: z.string(),
    takenBackBy: z.string().nullable(),
  }),
  z.object({ record: z.literal('ran'), n: step, at: moment, result: z.string(), exitCode: z.int().nullable() }),
  z.object({ record: z.literal('verified'), at: moment, ok: z.boolean(), because: z.string() }),
  z.object({ record: z.literal('undone'), n: step, at: moment, by: z.string().optional() }),
  z.object({ record: z.literal('closed'), at: moment, because: z.string().optional() }),
]);

/** One line, with its end: a record counts only once the end of its line is there. */
export const lineOf = (record: JournalRecord): string => `${JSON.stringify(record)}\n`;

export function parseJournal(text: string): Journal {
  const lines = text.split('\n');
  const isTorn = lines.pop() !== '';
  const read = lines.map(parseRecord);
  return {
    records: read.filter((record) => record !== undefined),
    isTorn,
    damaged: [...read.entries()].filter(([, record]) => record === undefined).map(([place]) => place + 1),
  };
}

function parseRecord(line: string): JournalRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
