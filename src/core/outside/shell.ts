/** Programs of the operator's machine (kubectl, helm). Arguments are a list, never a shell string. */
export type Shell = {
  readonly run: (
    command: string,
    args: readonly string[],
    options: {
      readonly cwd?: string;
      readonly input?: string;
      readonly timeoutMs?: number;
      /** Told of what it prints, on either output, as it comes. */
      readonly onOutput?: (text: string) => void;
    },
    signal: AbortSignal,
  ) => Promise<ShellAnswer>;
};

export type ShellAnswer =
  | { readonly ok: true; readonly stdout: string; readonly stderr: string }
  | {
      readonly ok: false;
      readonly why: 'not-installed' | 'failed' | 'timed-out';
      readonly exitCode: number | null;
      readonly stdout: string;
      readonly stderr: string;
    };
