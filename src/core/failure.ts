/**
 * A stop we foresaw: what happened, why, and what to do next, in the operator's words. Anything thrown that is not an
 * ExpectedStop is a fault of this tool, and reported as one.
 */
export class ExpectedStop extends Error {
  override readonly name = 'ExpectedStop';

  readonly reason: StopReason;
  readonly next: readonly string[];

  constructor(reason: StopReason, message: string, next: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.next = next;
  }
}

/** Exit codes are an interface: scripts read them. Add, never renumber. */
export const exitCodes = {
  healthy: 0,
  'tool-failed': 1,
  usage: 2,
  problem: 3,
  waiting: 4,
  incomplete: 5,
  refused: 6,
  'operator-said-no': 7,
  'no-connection': 8,
  'timed-out': 124,
  interrupted: 130,
} as const;

export type StopReason = 'usage' | 'refused' | 'operator-said-no' | 'no-connection' | 'timed-out' | 'interrupted';

export function exitCodeOf(error: unknown): number {
  return error instanceof ExpectedStop ? exitCodes[error.reason] : exitCodes['tool-failed'];
}
