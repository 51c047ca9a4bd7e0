/** What set-up needs of the world outside, as types. Edges fit them; tests use a few lines each. */
import type { SecretKey } from '../../core/manifests/secrets-env.ts';
import type { ClusterIdentity } from '../../core/outside/cluster-reader.ts';
import type { SetupEvent } from '../../core/setup/event.ts';
import type { Question } from '../../core/setup/question.ts';
import type { Reply } from '../../core/setup/reply.ts';
import type { Saved } from '../../core/setup/saved.ts';
import type { EnvironmentName } from '../../core/setup/settings.ts';
import type { Journey } from '../../core/setup/state.ts';
import type { Cluster, DeployPorts } from '../deploy/ports.ts';

export type SetupPorts = DeployPorts & {
  readonly contexts: () => Promise<{ readonly names: readonly string[]; readonly current: string | null }>;
  /** The same connection for the same context. */
  readonly connect: (context: string) => Promise<Cluster>;
  readonly secrets: { readonly generate: (key: SecretKey) => string; readonly fingerprint: (value: string) => string };
  /** Where a folder that was typed is, absolute. */
  readonly placeOf: (typed: string) => string;
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
  /** Notices that the operator does not want to see again. */
  readonly dismissed: () => Promise<readonly string[]>;
  /** The text of the file of secrets that the answers name, once; undefined where they name none. */
  readonly secretsFile: (environment: EnvironmentName) => Promise<string | undefined>;
};

export type Emit = (event: SetupEvent) => void;
export type Ask = (question: Question, problem: string | undefined, journey: Journey) => Promise<Reply>;
