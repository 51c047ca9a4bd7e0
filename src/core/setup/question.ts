import type { Checked } from './validate/checked.ts';

/** The steps of set-up, in their order. Stored in saved answers and shown to people: never renamed. */
export const stepNames = [
  'prerequisites',
  'profile',
  'image',
  'secrets',
  'domain',
  'email',
  'issuers',
  'fit',
  'staging',
  'gate',
  'production',
] as const;
export type StepName = (typeof stepNames)[number];

/** What a person is told below a question. The level is said by a mark and a word, never by colour alone. */
export type Note = {
  readonly level: 'good' | 'waiting' | 'bad' | 'look' | 'plain';
  readonly text: string;
  /** Lines worth copying: a DNS record, a command, a diff. */
  readonly lines?: readonly string[];
};

/** What an answer keeps of a secret: enough to talk about it, nothing to guess it by. */
export type KeptSecret = {
  /** Salted, so that equal values can be told without keeping either. */
  readonly fingerprint: string;
  readonly remark: string;
  readonly target?: { readonly host: string; readonly port: number };
};

export type Value = string | boolean | readonly string[] | KeptSecret;

export type Choice = {
  readonly value: string;
  readonly title: string;
  readonly note?: string;
  /** Choosing it is no answer but a way back: what was looked at in this step is forgotten, or another step is asked again. */
  readonly detour?: 'look-again' | StepName;
};

/** What consent is asked for. A pipeline gives it by `--yes`, for a namespace by `--yes --confirm NAMESPACE`. */
export type Consent = {
  readonly risk: 'low' | 'medium';
  /** What has to be typed, all of it in this order, with a space between; empty where Enter is enough. */
  readonly names: readonly string[];
};

/**
 * One thing to ask, as a value: a screen draws it, a line prompt reads it, an answers file fills it in. Whatever the face, what was typed
 * goes through `check`. Nothing here is a secret.
 */
export type Question = {
  readonly kind: 'choose' | 'text' | 'secret' | 'yes-no' | 'type-name' | 'list';
  readonly id: string;
  readonly step: StepName;
  readonly title: string;
  /** One key away. */
  readonly why: string;
  /** What Enter alone means. A question without one needs an answer. */
  readonly default?: Exclude<Value, KeptSecret>;
  readonly choices: readonly Choice[];
  readonly notes: readonly Note[];
  readonly check: (typed: string) => Checked<Exclude<Value, KeptSecret>>;
  /** Holds for this run only: consents, and what to do about something seen now. */
  readonly passing: boolean;
  readonly consent?: Consent;
  /** Only of secrets: which one, and what nothing typed means. */
  readonly secret?: {
    readonly environment: string;
    readonly key: string;
    readonly empty: 'keep' | 'generate' | 'refused';
  };
};
