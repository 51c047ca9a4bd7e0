import type { AlertsSeen } from '../alerts/judge-alerts.ts';
import type { Diagnosis, NotLooked, Outcome } from '../diagnosis.ts';
import type { ObjectRef } from '../kubernetes/object.ts';
import type { PointState, RunbookName } from './point.ts';

/** What one point came to. */
export type PointResult = {
  readonly id: string;
  readonly title: string;
  readonly state: PointState;
  readonly expected: string;
  readonly saw: string;
  readonly object: ObjectRef | null;
  readonly field: string | null;
  /** No waiting heals it: a cause is known, or the point's own look says so. */
  readonly lasting: boolean;
  /** Causes from the catalogue that make it red, or that could be none other than what it waits for. */
  readonly codes: readonly string[];
  readonly remarks: readonly string[];
  /** What this point needed and could not look at. */
  readonly notLooked: readonly NotLooked[];
  readonly runbook: RunbookName | null;
  /** What mends it by hand, where no runbook does. */
  readonly commands: readonly string[];
};

/** What verifying came to: one pass over shared evidence. */
export type Verification = {
  readonly outcome: Outcome;
  readonly points: readonly PointResult[];
  /** Whether alerts reach anybody; null where that was not asked. */
  readonly alerts: AlertsSeen | null;
  readonly coverage: Diagnosis['coverage'];
  /** Kinds that the points need and the cluster does not know, as `certificates.cert-manager.io`. */
  readonly unknownKinds: readonly string[];
  /** The host that was looked at as a client. */
  readonly host: string | null;
  /** What the runbooks made of the same evidence, for whoever goes on with one. */
  readonly diagnoses: Readonly<Partial<Record<RunbookName, Diagnosis>>>;
};
