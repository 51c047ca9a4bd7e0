/** One answer to "will it work here?": what was held against the cluster before the first write, and the line to change. */
export type FitFinding = {
  readonly id: string;
  /** stops: it cannot work. look: it will work less well, or somebody should know. unknown: could not be looked at. fine: said once. */
  readonly level: 'stops' | 'look' | 'unknown' | 'fine';
  readonly text: string;
  /** File and line, or command: what to change where. Null where there is nothing to change. */
  readonly change: string | null;
};

export const finding = (
  id: string,
  level: FitFinding['level'],
  text: string,
  change: string | null = null,
): FitFinding => ({
  id,
  level,
  text,
  change,
});
