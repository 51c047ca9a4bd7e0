/** What bringing manifests into a cluster needs of the world outside, as types: for set-up, deploy and rollback. */
import type { Fetched } from '../../core/fetched.ts';
import type { Begun, JournalRecord } from '../../core/journal.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { AnswerOf, OutsideLook } from '../../core/look.ts';
import type { Hash } from '../../core/manifests/hash.ts';
import type { OtherRun } from '../../core/other-run.ts';
import type { Clock } from '../../core/outside/clock.ts';
import type { ClusterIdentity, ClusterReader } from '../../core/outside/cluster-reader.ts';
import type { ClusterWriter } from '../../core/outside/cluster-writer.ts';
import type { Files } from '../../core/outside/files.ts';
import type { Shell } from '../../core/outside/shell.ts';
import type { DeployEvent } from '../../core/setup/event.ts';
import type { EnvironmentName } from '../../core/setup/settings.ts';
import type { Subject } from '../../core/verify/point.ts';
import type { Verification } from '../../core/verify/verification.ts';

export type Cluster = {
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  /**
   * The clock that dates what is in this cluster: ages, waits and dates are told by it, and so are our own records about it. They are read
   * beside the cluster's events and other machines' records of it, and the last of them is the one that undo takes back: by this machine's
   * clock, once it is set right, they would stand in another order than it happened.
   */
  readonly clock: Clock;
  /** By how much that is ahead of this machine's; 0 where this machine's may as well be right. */
  readonly aheadMs: () => number;
};

/** The journal of one change set. A record is on disk when `append` resolves. */
export type ChangeJournal = {
  readonly id: string;
  readonly append: (record: Exclude<JournalRecord, Begun>) => Promise<void>;
  readonly fingerprint: (value: string) => string;
};

export type DeployPorts = {
  readonly outside: <L extends OutsideLook>(look: L, signal: AbortSignal) => Promise<Fetched<AnswerOf<L>>>;
  readonly shell: Shell;
  readonly files: Files;
  readonly hash: Hash;
  readonly journals: {
    readonly begin: (begun: Omit<Begun, 'record' | 'id' | 'salt'>) => Promise<ChangeJournal>;
    readonly lock: () => Promise<AsyncDisposable>;
    /** Runs of this kind that were cut off on this cluster, and those of any kind that are at it. */
    readonly otherRuns: (identity: ClusterIdentity, now: Date) => Promise<readonly OtherRun[]>;
    /** Closes what such runs left open about this work once it stands; not the journal `except`, which goes on. */
    readonly settle: (
      identity: ClusterIdentity,
      work: { readonly title: string; readonly namespace: string },
      now: Date,
      except?: string,
    ) => Promise<void>;
  };
  /** The runbook for a stuck certificate, in the environment's namespace. */
  readonly diagnose: (context: string, environment: EnvironmentName, signal: AbortSignal) => Promise<Judgement>;
  /** The points of the gate, looked at as they stand now. */
  readonly verify: (
    context: string,
    subject: Subject,
    signal: AbortSignal,
  ) => Promise<Pick<Verification, 'points' | 'coverage'>>;
  /** The command as the journal names it. */
  readonly command: string;
  readonly localUser: string;
};

export type Judgement = {
  readonly outcome: 'healthy' | 'waiting' | 'problem' | 'incomplete';
  readonly rootCauses: readonly string[];
  readonly because: string;
};

export type Tell = (event: DeployEvent) => void;

/** A change to an object, as the dry run found it would be needed. */
export type Planned = {
  readonly object: KubernetesObject;
  readonly live: KubernetesObject | undefined;
  readonly force: boolean;
};
