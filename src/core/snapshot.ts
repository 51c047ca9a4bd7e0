import type { Fetched } from './fetched.ts';
import type { ObjectRef } from './kubernetes/object.ts';

/** Everything one run looked at. Saved evidence is made from it, so that looking again at a file gives the same answer. */
export type Snapshot = {
  readonly now: Date;
  readonly target: ObjectRef;
  /** By the look's name (look.ts, nameOf). */
  readonly seen: Readonly<Record<string, Fetched<unknown>>>;
};
