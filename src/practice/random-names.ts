/** Names and uids that look random and are the same in every run, so that a practice session can be told twice. */
export type RandomNames = {
  /** Five characters, as generateName appends them. */
  readonly suffix: () => string;
  readonly uid: () => string;
  /** Forty-three characters of base64url, as an ACME token has. */
  readonly token: () => string;
};

/** apimachinery leaves vowels and look-alikes out, so that no name says anything (util/rand). */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const tokenAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const hex = '0123456789abcdef';

export function randomNames(seed = 1): RandomNames {
  let state = seed >>> 0;
  // mulberry32: thirty-two bits of state are plenty for names.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const text = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('');
  return {
    suffix: () => text(suffixAlphabet, 5),
    uid: () => `${text(hex, 8)}-${text(hex, 4)}-4${text(hex, 3)}-${text('89ab', 1)}${text(hex, 3)}-${text(hex, 12)}`,
    token: () => text(tokenAlphabet, 43),
  };
}
