/** Files of the operator's machine. Text only, UTF-8. */
export type Files = {
  /** The text, or undefined where there is no such file. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Written whole or not at all (a temporary file, synced, renamed). `mode` is exact, whatever the umask. */
  readonly write: (path: string, text: string, mode?: number) => Promise<void>;
  /** Names in a folder, sorted; empty where there is none. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  readonly remove: (path: string) => Promise<void>;
};
