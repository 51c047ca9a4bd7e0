import type { Diagnosis, NotLooked, Runbook } from '../diagnosis.ts';
import type { KubernetesObject, ObjectRef } from '../kubernetes/object.ts';
import type { EnvironmentName } from '../setup/settings.ts';
import type { Sight } from '../sight.ts';

/** What is verified: an environment of ours, or any namespace that holds the service. */
export type Subject = {
  readonly namespace: string;
  /** Absent where the environment is none of ours: then nothing is asked of it that only one of ours must have. */
  readonly environment?: EnvironmentName;
  /** Absent: found from the Certificate, else from the Ingress. */
  readonly host?: string;
  /** Not asked of a set-up: what the platform must allow first is said there, and does not hold it up. */
  readonly withoutHeaders?: true;
};

export type RunbookName = Runbook['name'];

/** The certificate that is issued, or the pods that come up. */
export type Dependency = 'issuing' | 'pods';

export type PointState = 'passed' | 'failed' | 'waiting' | 'not-looked';

/** What a point's own look came to. Where the point cannot look, it lets CouldNotLook pass. */
export type Judgement = {
  readonly state: PointState;
  /** What was seen, in one sentence without a full stop. */
  readonly saw: string;
  readonly object?: ObjectRef;
  /** Path of the field that decided. */
  readonly field?: string;
  /** With not-looked: what stood in the way, where it was not thrown. */
  readonly notLooked?: readonly NotLooked[];
  /** Worth knowing, and no fault. */
  readonly remarks?: readonly string[];
  /** What failed may only be not there yet: as long as that is waited for, so is this, and what holds that up holds this up too. */
  readonly comesWith?: Dependency;
  /** Set where no waiting heals it: what the manifests say, or what a server is set to. */
  readonly lasting?: true;
  /** Where another runbook than the point's own mends this. */
  readonly runbook?: RunbookName;
  /** What mends it by hand, where no runbook does. */
  readonly commands?: readonly string[];
};

/** What a point judges by: the shared snapshot, with the objects of the service found in it once. */
export type PointSight = {
  readonly sight: Sight;
  readonly subject: Subject;
  readonly namespace: string;
  /** Undefined where there is none; throws CouldNotLook where that may not be read. */
  readonly deployment: () => KubernetesObject | undefined;
  readonly certificate: () => KubernetesObject | undefined;
  /** The Deployment's pods that have not ended and are not on their way out. */
  readonly pods: () => readonly KubernetesObject[];
  /** Undefined where nothing names one. */
  readonly host: () => string | undefined;
  /** What a runbook made of the same evidence. */
  readonly diagnosis: (name: RunbookName) => Diagnosis;
};

/** One of the thirteen. Its detectors are the runbooks' own; what no detector makes is the point's own judgement. */
export type Point = {
  /** kebab-case, never reused, never renamed: `--only` takes it. */
  readonly id: string;
  readonly title: string;
  /** What was to be seen, in one sentence without a full stop. */
  readonly expects: (subject: Subject) => string;
  /** The runbook that mends it; null where only other manifests do. */
  readonly runbook: RunbookName | null;
  /** Codes of runbooks' detectors: found, the point is red; could not look, it is not green. */
  readonly detectors: readonly string[];
  /** Whether the detectors count just now; absent, they always do. */
  readonly counts?: (sight: PointSight) => boolean;
  readonly judge: (sight: PointSight) => Judgement;
};
