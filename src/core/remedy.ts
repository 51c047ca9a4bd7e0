import type { Change } from './change.ts';
import type { ObjectRef } from './kubernetes/object.ts';

export type Risk = 'none' | 'low' | 'medium' | 'high';

/** What would help, as a value: shown, dry-run, applied and taken back from the same one. */
export type Remedy = {
  /** kebab-case, unique within its cause. */
  readonly id: string;
  readonly title: string;
  readonly risk: Risk;
  /** no: the commands are printed and nothing is done. */
  readonly automatic: 'yes' | 'no';
  /** The same by hand. */
  readonly commands: readonly string[];
  /** Made in this order; empty where automatic is no. */
  readonly changes: readonly Change[];
  /** How it is taken back, or the sentence that says it cannot be. */
  readonly undo: string;
  readonly reversible: boolean;
  /** Why it may not be done now, or null. */
  readonly blockedBy: string | null;
  /** Set where it is not to be done while another cause stands: what it would spend for nothing. */
  readonly onlyAlone?: string;
  /** Set where this only relaxes something for a while: then it is put back, and the consent to the one is consent to the other. */
  readonly relaxUntil?: Date;
  /** Set where all that is made is a trial: this is watched instead of the target, and then all of it is taken away again. */
  readonly trial?: ObjectRef;
  /** How long healing may take after it, in seconds. */
  readonly healsWithin: number;
};
