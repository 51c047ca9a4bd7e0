import type { SecretKey } from '../manifests/secrets-env.ts';
import type { Choice, Consent, Note, Question, StepName, Value } from './question.ts';
import { bad, type Checked, checkedList, good, splitTyped } from './validate/checked.ts';
import { checkSecret } from './validate/secret.ts';

type Words = {
  readonly id: string;
  readonly step: StepName;
  readonly title: string;
  readonly why: string;
  readonly notes?: readonly Note[];
};
const empty = { choices: [], notes: [], passing: false } as const;

export function askText(
  words: Words & { readonly default?: string | undefined; readonly check: (typed: string) => Checked },
): Question {
  const { default: given, ...rest } = words;
  return { ...empty, kind: 'text', ...rest, ...(given === undefined ? {} : { default: given }) };
}

/** A list, typed with commas or spaces. Enter alone is none, or what stood there before. */
export function askList(
  words: Words & { readonly default: readonly string[]; readonly check: (item: string) => Checked },
): Question {
  const title = `${words.title} (${words.default.length > 0 ? 'type none for none' : 'Enter for none'})`;
  const check = (typed: string): Checked<readonly string[]> =>
    typed.trim().toLowerCase() === 'none' ? good([]) : checkedList(splitTyped(typed), words.check);
  return { ...empty, kind: 'list', ...words, title, check };
}

/** One of several, by its value, its number or the beginning of its title. */
export function askChoice(
  words: Words & {
    readonly choices: readonly Choice[];
    readonly default?: string | undefined;
    readonly passing?: boolean;
  },
): Question {
  const { choices, default: given, ...rest } = words;
  const check = (typed: string): Checked => {
    const text = typed.trim();
    const found =
      choices.find(({ value }) => value === text) ??
      choices[/^\d+$/.test(text) ? Number(text) - 1 : -1] ??
      (text === ''
        ? undefined
        : theOnly(choices.filter(({ title }) => title.toLowerCase().startsWith(text.toLowerCase()))));
    return found ? good(found.value) : bad(`Type a number from 1 to ${choices.length}.`);
  };
  return { ...empty, kind: 'choose', choices, ...rest, check, ...(given === undefined ? {} : { default: given }) };
}

const theOnly = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);

/** Consent to a change. With names they are typed, else yes or no. No is an answer: nothing is done, and that is said. */
export function askConsent(words: Words & { readonly consent: Consent }): Question {
  const { names } = words.consent;
  if (names.length === 0) {
    const check = (typed: string): Checked<boolean> => {
      const text = typed.trim().toLowerCase();
      if (['y', 'yes', 'true'].includes(text)) return good(true);
      if (['n', 'no', 'false'].includes(text)) return good(false);
      return bad('Type yes or no.');
    };
    return { ...empty, kind: 'yes-no', ...words, passing: true, check };
  }
  const wanted = names.join(' ');
  const check = (typed: string): Checked<boolean> => {
    const text = typed.trim();
    if (text === wanted) return good(true);
    if (['n', 'no'].includes(text.toLowerCase())) return good(false);
    return bad(`Type ${wanted} to do it, or no.`);
  };
  return { ...empty, kind: 'type-name', ...words, passing: true, check };
}

/** A secret of one environment. What is typed is checked here and kept by whoever asked; the answer is its fingerprint. */
export function askSecret(
  words: Words & {
    readonly environment: string;
    readonly key: SecretKey;
    readonly mayKeep: boolean;
    readonly mayBeMadeUp?: boolean;
  },
): Question {
  const { environment, key, mayKeep, mayBeMadeUp = key === 'jwt-secret', ...rest } = words;
  const ifEmpty = mayKeep ? 'keep' : mayBeMadeUp ? 'generate' : 'refused';
  const check = (typed: string): Checked => {
    const mayBeLeft = typed === '' && ifEmpty !== 'refused';
    const asksForOne = mayBeMadeUp && typed.trim() === 'generate';
    return mayBeLeft || asksForOne ? good(typed.trim()) : checkSecret(key, typed);
  };
  return { ...empty, kind: 'secret', ...rest, check, secret: { environment, key, empty: ifEmpty } };
}

/** How a value reads on a screen and in a report. */
export function shown(value: Value): string {
  if (typeof value === 'string') return value === '' ? 'none' : value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if ('fingerprint' in value) return `kept, ${value.remark || value.fingerprint}`;
  return value.length === 0 ? 'none' : value.join(', ');
}
