/** Where a command reads and writes. Data goes to `out`, progress and questions to `err`. */
export type Io = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What goes to `err` has a place on the screens that stand: it need not wait until they are gone. */
  readonly errIsDrawn?: true;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdinIsTty: boolean;
  readonly stdoutIsTty: boolean;
  /** The terminal's width, or 80. */
  readonly columns: number;
  readonly cwd: string;
  readonly version: string;
  /** Aborted by Ctrl-C and by SIGTERM, and where nobody is there any more: the terminal closed, the reader left. */
  readonly signal: AbortSignal;
};
