import { ExpectedStop } from '../../core/failure.ts';
import { shown } from '../../core/setup/ask.ts';
import { type Note, type Question, type StepName, stepNames } from '../../core/setup/question.ts';
import type { Reply } from '../../core/setup/reply.ts';

/**
 * Questions as lines: printed once, answered by typing and Enter. Nothing is drawn again but the line being typed, so that a screen
 * reader reads each thing once. inquirer is loaded with the first question.
 */
export type LineAsker = (question: Question, problem: string | undefined) => Promise<Reply>;

export function lineAsker(say: (text: string) => void, signal: AbortSignal): LineAsker {
  return async (question, problem) => {
    say(problem === undefined ? questionText(question) : `${problem}\n`);
    for (;;) {
      const text = await typed(question, signal);
      if (question.kind !== 'secret' || text === '?') {
        const wish = wishOf(text);
        if (wish === 'why') {
          say(`${question.why}\n`);
          continue;
        }
        if (wish !== undefined) return wish;
      }
      return { kind: 'typed', text };
    }
  };
}

/** What may be typed instead of an answer. A secret is never read as a command, but for a lone question mark. */
export function wishOf(text: string): Reply | 'why' | undefined {
  const word = text.trim().toLowerCase();
  if (word === '?') return 'why';
  if (word === '<') return { kind: 'back' };
  if (word === 'q' || word === 'quit') return { kind: 'leave' };
  const step = /^edit\s+(\S+)$/.exec(word)?.[1];
  return step !== undefined && stepNames.includes(step as StepName)
    ? { kind: 'edit', step: step as StepName }
    : undefined;
}

export function questionText(question: Question): string {
  const { title, notes, choices } = question;
  return [
    '',
    ...notes.flatMap(noteLines),
    title,
    ...choices.map(
      ({ title: choice, note }, place) => `  ${place + 1}  ${choice}${note === undefined ? '' : `, ${note}`}`,
    ),
    hintOf(question),
    '',
  ].join('\n');
}

const words: Readonly<Record<Note['level'], string>> = {
  good: 'Good: ',
  waiting: 'Waiting: ',
  bad: 'Problem: ',
  look: 'Note: ',
  plain: '',
};

export const noteLines = ({ level, text, lines = [] }: Note): readonly string[] => [
  `${words[level]}${text}`,
  ...lines.map((line) => `    ${line}`),
];

function hintOf({ kind, default: given, choices, secret }: Question): string {
  const chosen = choices.findIndex(({ value }) => value === given);
  const enter =
    secret !== undefined
      ? { keep: 'Enter keeps it. ', generate: 'Enter generates one. ', refused: '' }[secret.empty]
      : given === undefined
        ? ''
        : `Enter: ${chosen >= 0 ? chosen + 1 : shown(given)}. `;
  const how = kind === 'choose' ? 'Type a number. ' : kind === 'yes-no' ? 'Type yes or no. ' : '';
  const away = secret === undefined ? '? why, < back, q leave.' : '? why. Not shown while typed.';
  return `${how}${enter}${away}`;
}

async function typed({ kind }: Question, signal: AbortSignal): Promise<string> {
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ output: process.stderr, signal });
  try {
    const answers = await prompt<{ text: string }>(
      kind === 'secret'
        ? // Without toggleMask: false a key would show what was typed.
          [{ type: 'password', name: 'text', message: '>', mask: false, toggleMask: false }]
        : [{ type: 'input', name: 'text', message: '>' }],
    );
    return answers.text;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof Error && /ExitPromptError|AbortPromptError/.test(error.name)) {
      throw new ExpectedStop('interrupted', 'Interrupted. Everything answered is kept.', ['orion-setup setup'], {
        cause: error,
      });
    }
    throw error;
  }
}
