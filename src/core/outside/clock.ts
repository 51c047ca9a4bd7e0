/** All ages and waits come from one clock; the practice cluster's runs faster. */
export type Clock = {
  readonly now: () => Date;
  /**
   * Resolves after `milliseconds` of this clock, or rejects with the signal's reason. `idle`: nobody waits for it, so it keeps no process
   * from ending.
   */
  readonly sleep: (milliseconds: number, signal: AbortSignal, idle?: 'idle') => Promise<void>;
};
