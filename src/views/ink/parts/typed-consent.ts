import type { Consent } from '../../../core/consent.ts';
import { type TextField, textOf } from './text-field.ts';

/** The words that have to be typed, or undefined where Enter is enough. */
export const wordsOf = (consent: Consent): string | undefined =>
  consent.by === 'typing' ? consent.words.join(' ') : undefined;

/** What is still wrong with what was typed; undefined once it is agreed to. */
export function problemWith(consent: Consent, field: TextField): string | undefined {
  const words = wordsOf(consent);
  const typed = textOf(field).trim();
  if (words === undefined || typed === words) return undefined;
  return typed === '' ? `Nothing is done before ${words} is typed.` : `That is not ${words}. Nothing was done.`;
}
