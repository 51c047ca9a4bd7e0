/** What set-up needs of the world outside, as types. Edges fit them; tests use a few lines each. */
import type { Fetched } from '../../core/fetched.ts';
import type { Begun, JournalRecord } from '../../core/journal.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { AnswerOf, OutsideLook } from '../../core/look.ts';
import type { Hash } from '../../core/manifests/hash.ts';
import type { SecretKey } from '../../core/manifests/secrets-env.ts';
import type { Clock } from '../../core/outside/clock.ts';
import type { ClusterIdentity, ClusterReader } from '../../core/outside/cluster-reader.ts';
import type { ClusterWriter } from '../../core/outside/cluster-writer.ts';
import type { Files } from '../../core/outside/files.ts';
import type { Shell } from '../../core/outside/shell.ts';
import type { SetupEvent } from '../../core/setup/event.ts';
import type { Question } from '../../core/setup/question.ts';
import type { Reply } from '../../core/setup/reply.ts';
import type { Saved } from '../../core/setup/saved.ts';
import type { EnvironmentName } from '../../core/setup/settings.ts';
import type { Journey } from '../../core/setup/state.ts';
import type { Subject } from '../../core/verify/point.ts';
import type { Verification } from '../../core/verify/verification.ts';

export type Cluster = { readonly reader: ClusterReader; readonly writer: ClusterWriter };

/** The journal of one change set. A record is on disk when `append` resolves. */
export type ChangeJournal = {
  readonly id: string;
  readonly append: (record: Exclude<JournalRecord, Begun>) => Promise<void>;
  readonly fingerprint: (value: string) => string;
};

export type SetupPorts = {
  readonly contexts: () => Promise<{ readonly names: readonly string[]; readonly current: string | null }>;
  /** The same connection for the same context. */
  readonly connect: (context: string) => Promise<Cluster>;
  readonly outside: <L extends OutsideLook>(look: L, signal: AbortSignal) => Promise<Fetched<AnswerOf<L>>>;
  readonly shell: Shell;
  readonly files: Files;
  readonly clock: Clock;
  readonly hash: Hash;
  readonly secrets: { readonly generate: (key: SecretKey) => string; readonly fingerprint: (value: string) => string };
  /** Where a folder that was typed is, absolute. */
  readonly placeOf: (typed: string) => string;
  readonly journals: {
    readonly begin: (begun: Omit<Begun, 'record' | 'id' | 'salt'>) => Promise<ChangeJournal>;
    readonly lock: () => Promise<AsyncDisposable>;
    /** Set-ups that were cut off on this cluster, each in a sentence; `settle` closes those of the part once it stands. */
    readonly cutOff: (identity: ClusterIdentity) => Promise<readonly string[]>;
    readonly settle: (identity: ClusterIdentity, title: string) => Promise<void>;
  };
  /** Keeps the answers after each, without secrets. */
  readonly keep: (saved: Saved) => Promise<void>;
  readonly profile: {
    /** The reasons why a cluster is not the pinned one; empty where it is, or nothing is pinned. */
    readonly strangeness: (
      name: string | undefined,
      environment: EnvironmentName,
      identity: ClusterIdentity,
    ) => Promise<readonly string[]>;
    readonly keep: (name: string, journey: Journey) => Promise<void>;
  };
  /** The runbook for a stuck certificate, in the environment's namespace. */
  readonly diagnose: (context: string, environment: EnvironmentName, signal: AbortSignal) => Promise<Judgement>;
  /** The points of the gate, in the environment's namespace. */
  readonly verify: (context: string, subject: Subject, signal: AbortSignal) => Promise<Pick<Verification, 'points'>>;
  /** The text of the file of secrets that the answers name, once; undefined where they name none. */
  readonly secretsFile: (environment: EnvironmentName) => Promise<string | undefined>;
  readonly localUser: string;
};

export type Judgement = {
  readonly outcome: 'healthy' | 'waiting' | 'problem' | 'incomplete';
  readonly rootCauses: readonly string[];
  readonly because: string;
};

export type Emit = (event: SetupEvent) => void;
export type Ask = (question: Question, problem: string | undefined, journey: Journey) => Promise<Reply>;

/** An object that was rendered, with what the dry run made of it. */
export type Planned = {
  readonly object: KubernetesObject;
  readonly live: KubernetesObject | undefined;
  readonly force: boolean;
};
