import type { Change } from '../change.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';

/** What became of a change. A refusal is a value: the engine says what was done before it. */
export type Sent =
  | {
      readonly ok: true;
      readonly object: KubernetesObject | undefined /** What the API server warns of (deprecations, unknown fields). */;
      readonly warnings?: readonly string[];
    }
  | {
      readonly ok: false;
      readonly why:
        | 'conflict'
        | 'changed-since'
        | 'not-found'
        | 'already-exists'
        | 'forbidden'
        | 'denied'
        | 'invalid'
        | 'disruption-budget'
        | 'too-many-requests'
        | 'unreachable'
        | 'timed-out';
      /** The server's own sentence, stripped and redacted. */
      readonly detail: string;
      readonly needs?: string;
      /** Field conflicts of a server-side apply. */
      readonly conflicts?: readonly { readonly manager: string; readonly field: string }[];
    };

/** Only the engine gets this half of a cluster. Runbooks may not even name it: the import rules forbid it. */
export type ClusterWriter = {
  readonly send: (
    change: Change,
    options: {
      readonly dryRun: boolean /** Server-side apply: take fields over from other managers. */;
      readonly force?: boolean;
    },
    signal: AbortSignal,
  ) => Promise<Sent>;
};
