import type { CommandRecord, JournalRecord, RanRecord } from './journal.ts';

/** Another program that was run, and what it came to; undefined where it was cut off. */
export type CommandRun = { readonly command: CommandRecord; readonly ran: RanRecord | undefined };

export const commandsOf = (records: readonly JournalRecord[]): readonly CommandRun[] =>
  records
    .filter((record) => record.record === 'command')
    .map((command) => ({
      command,
      ran: records.find((record): record is RanRecord => record.record === 'ran' && record.n === command.n),
    }));

/** Of a run that was cut off. */
export function commandSentence(records: readonly JournalRecord[]): string {
  const run = commandsOf(records).at(-1);
  return run?.ran === undefined
    ? `It was interrupted while "${run?.command.command}" ran; whether that went through is not known.`
    : `It was interrupted after "${run.command.command}" (${run.ran.result}); nothing was verified.`;
}
