import type { Ground } from '../core/consent.ts';
import type { Runbook } from '../core/diagnosis.ts';
import type { ObjectRef } from '../core/kubernetes/object.ts';
import type { Looker } from '../core/look.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { ClusterIdentity, ClusterReader } from '../core/outside/cluster-reader.ts';
import type { ClusterWriter } from '../core/outside/cluster-writer.ts';
import type { ReportTarget } from '../core/report/parts.ts';
import type { EnvironmentName } from '../core/setup/settings.ts';
import type { Journals } from '../edges/journal/journals.ts';

/** One run of a runbook: where it looks, and where it may change something. */
export type Session = {
  readonly runbook: Runbook;
  readonly target: ObjectRef;
  /** Whether the operator named the target: then its absence is a mistake of theirs, else a finding. */
  readonly named: boolean;
  readonly look: Looker;
  readonly clock: Clock;
  readonly requests: () => number;
  readonly describes: ReportTarget;
  /** The operator's own manifests, where the profile knows them. */
  readonly tree?: { readonly path: string; readonly environment: EnvironmentName } | undefined;
  /** Absent where there is only evidence to look at. */
  readonly cluster:
    | {
        readonly reader: ClusterReader;
        readonly writer: ClusterWriter;
        readonly identity: ClusterIdentity;
        readonly journals: Journals;
        readonly ground: Ground;
        /** Throws where this is not the cluster that may be written to. */
        readonly insistOnPin: () => void;
      }
    | undefined;
};
