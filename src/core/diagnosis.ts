import type { Kind } from './kubernetes/kinds.ts';
import type { KubernetesObject, ObjectRef } from './kubernetes/object.ts';
import type { ClusterLook, InsideLook, Look } from './look.ts';
import type { Remedy } from './remedy.ts';
import type { Places } from './rights/places.ts';
import type { Write } from './rights/write.ts';
import type { Sight } from './sight.ts';
import type { Snapshot } from './snapshot.ts';

/** One fact that was seen, and where. `saw` holds text from the cluster: stripped and redacted before it gets here. */
export type Evidence = {
  /** `Challenge/auth-tls-cert-1-…`, or `DNS`, or `GET http://… at 203.0.113.9`. */
  readonly from: string;
  readonly path?: string;
  readonly saw: string;
  readonly wanted?: string;
};

/** Who usually mends it. */
export type Owner = 'operator' | 'platform' | 'dns' | 'network' | 'security' | 'application';

/** What is waited for, in what is not broken. */
export type Waiting = {
  readonly for: string;
  readonly since: Date | null;
  /** ISO 8601 duration, as `PT2M`. */
  readonly normallyUpTo: string | null;
  readonly nextTryAt: Date | null;
};

export type Found = {
  readonly verdict: 'found';
  readonly object: ObjectRef;
  /** One sentence with the names in it. */
  readonly because: string;
  readonly evidence: readonly Evidence[];
  /** confirmed: a typed field, a server's own answer or a failed look proves it. likely: only evaluated. */
  readonly confidence: 'confirmed' | 'likely';
  readonly remedies?: readonly Remedy[];
  /** Set where this waits by design: then it is never a root, and the outcome is waiting. */
  readonly waiting?: Waiting;
  /** Set where this only points at something deeper that no cause explains: never a root, and the outcome is what the state says. */
  readonly symptom?: true;
};

/** Three answers, never two: "I could not look" must not read as "all is well". */
export type Verdict =
  | Found
  | { readonly verdict: 'clear'; readonly because?: string }
  | { readonly verdict: 'unknown'; readonly what: string; readonly because: string; readonly needs?: string };

/** A cause of the catalogue. Its prose for people stands beside it as CODE.md. */
export type Cause<View> = {
  /** kebab-case, never reused, never renamed. */
  readonly code: string;
  readonly title: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly owner: Owner;
  /** Codes that are mere echoes where this cause is found. */
  readonly explains: readonly string[];
  /** A symptom points deeper and is never a root (a parent whose deeper object could not be read). */
  readonly symptom?: true;
  /** It only ever waits by design: never a root, and there is nothing to do about it. */
  readonly waits?: true;
  readonly look: (view: View) => Verdict;
};

/** Causes with one sign in common: each has scenarios in which it is found and none of the others is. */
export type LookAlikes = { readonly symptom: string; readonly codes: readonly string[] };

/** An object of another kind than the target's, and which of all targets it leads to. */
export type Through = {
  readonly kind: Kind;
  /** What kubectl calls it for short. */
  readonly short: string;
  readonly leadsTo: (object: KubernetesObject, all: readonly KubernetesObject[]) => readonly KubernetesObject[];
};

/** A runbook: what to look at, and what it can be. No I/O. */
export type Runbook<View = unknown> = {
  readonly name: 'cert-pending' | 'pdb-blocking' | 'prometheus-not-scraping';
  readonly title: string;
  readonly symptom: string;
  /** The kind of OBJECT, and the service's own. */
  readonly target: { readonly kind: string; readonly name: string };
  /** Another kind that OBJECT may name. */
  readonly through?: Through;
  /** At most three rounds of looks; each sees what the earlier ones saw. */
  readonly rounds: readonly ((sight: Sight) => readonly Look[])[];
  /** What the later rounds may ask, wherever a doubt leads. Roles are made from it; a name that cannot be known beforehand is `*`. */
  readonly mayAsk: (places: Places) => readonly (ClusterLook | InsideLook)[];
  /** What its remedies may change. Roles are made from it. */
  readonly mayChange: (places: Places) => readonly Write[];
  /** What the detectors see. Throws CouldNotLook where the very target may not be read. */
  readonly view: (sight: Sight) => View;
  readonly causes: readonly Cause<View>[];
  /** Which of them look the same to whoever sees one sign only. */
  readonly lookAlikes: readonly LookAlikes[];
  /** What stays to be said once no cause was found: healthy, still young, or broken in a way nobody wrote down. */
  readonly state: (view: View) => State;
  /** The objects whose latest changes are worth telling: what an operator might have touched. */
  readonly concerns: (view: View) => readonly KubernetesObject[];
  /** Are users hurt now? One sentence; `unknown: …` where that could not be seen. */
  readonly impact: (view: View) => string;
};

export type State =
  | { readonly is: 'healthy' }
  | { readonly is: 'waiting'; readonly waiting: Waiting }
  | { readonly is: 'broken'; readonly object: ObjectRef; readonly quote: string };

export type Finding = Omit<Found, 'verdict' | 'remedies' | 'symptom'> & {
  readonly code: string;
  readonly title: string;
  readonly severity: Cause<unknown>['severity'];
  readonly owner: Owner;
  readonly root: boolean;
  readonly explains: readonly string[];
  readonly remedies: readonly Remedy[];
};

export type Outcome = 'healthy' | 'waiting' | 'problem' | 'incomplete';

/** A cause that could not be looked for. What it would explain is no root then, and no all-clear. */
export type Blind = { readonly code: string; readonly explains: readonly string[]; readonly looked: NotLooked };

export type NotLooked = { readonly what: string; readonly because: string; readonly needs?: string };

/** What one run of a runbook's eyes came to. */
export type Diagnosis = {
  readonly outcome: Outcome;
  readonly rootCauses: readonly string[];
  readonly findings: readonly Finding[];
  /** Causes that could not be looked for, and what stood in the way. */
  readonly blind: readonly Blind[];
  readonly unrecognised: { readonly object: ObjectRef; readonly quote: string } | null;
  readonly waiting: Waiting | null;
  readonly ruledOut: readonly { readonly code: string; readonly because: string }[];
  readonly lastChanges: readonly LastChange[];
  readonly coverage: { readonly looked: number; readonly of: number; readonly notLooked: readonly NotLooked[] };
  readonly impact: string;
  readonly snapshot: Snapshot;
};

export type LastChange = { readonly object: string; readonly by: string; readonly at: Date; readonly what: string };
