import { redactText } from '../../core/redact.ts';

/** Text of a stranger's server, fit to be shown and stored: redacted, on one line, at most `length` characters. */
export function printable(text: string, length: number): string {
  // First redacted, then cut: half a secret would not be recognised.
  return redactText(text)
    .replace(/[\t\n\u2028\u2029]+/g, ' ')
    .slice(0, length);
}
