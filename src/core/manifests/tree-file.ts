/** A file of the operator's tree. `path` is relative to the tree, with slashes; `mode` is exact. */
export type TreeFile = {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  /** Never shown, never remembered by a digest. */
  readonly holdsSecrets?: true;
};
