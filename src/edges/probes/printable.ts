/**
 * Text of a stranger's server, made safe to print: line breaks and tabs become spaces, all other control characters and the marks
 * that turn the direction of writing go; at most `length` characters.
 */
export function printable(text: string, length: number): string {
  const safe = text
    .replace(/[\t\n\r]+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '');
  return safe.length > length ? safe.slice(0, length) : safe;
}
