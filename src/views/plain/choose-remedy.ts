import type { Consent } from '../../core/consent.ts';
import type { Diagnosis } from '../../core/diagnosis.ts';
import type { Remedy } from '../../core/remedy.ts';
import type { AskLine } from './ask-line.ts';

/** The remedies that this tool may do now, of what was found. */
export function choicesIn(diagnosis: Diagnosis): readonly Remedy[] {
  return diagnosis.findings.flatMap(({ remedies }) =>
    remedies.filter(({ automatic, blockedBy }) => automatic === 'yes' && blockedBy === null),
  );
}

/** Which remedy to take, by its number; undefined where the operator leaves things as they are. */
export async function chooseRemedy(
  choices: readonly Remedy[],
  ask: AskLine,
  say: (text: string) => void,
): Promise<Remedy | undefined> {
  say(
    `\nChoices: ${choices.map(({ title, risk }, place) => `${place + 1} ${title}, ${risk} risk`).join('. ')}. ${choices.length + 1} nothing.\n`,
  );
  for (;;) {
    const answer = (await ask('Which one? Type a number, or q to quit:')).toLowerCase();
    const place = Number(answer);
    if (answer === 'q' || answer === 'quit' || place === choices.length + 1) return undefined;
    const chosen = choices[place - 1];
    if (chosen) return chosen;
    say(`"${answer}" is none of them. Type a number from 1 to ${choices.length + 1}, or q.\n`);
  }
}

/** Consent as it is due: by Enter, or by typing each word. Anything else is a no. */
export async function consentByLine(consent: Consent, ask: AskLine): Promise<boolean> {
  if (consent.by === 'enter')
    return ['', 'y', 'yes'].includes((await ask('Do it? Enter does it, n does not:')).toLowerCase());
  for (const word of consent.words) {
    if ((await ask(`Type ${word} to do it, or only Enter to change nothing:`)) !== word) return false;
  }
  return true;
}
