import { endpointOf } from '../../manifests/endpoint.ts';
import { problemOfSecret, type SecretKey } from '../../manifests/secrets-env.ts';
import { bad, type Checked, good } from './checked.ts';

/** Where a URL points. What is in front of the @ never leaves this file. */
export type UrlTarget = { readonly host: string; readonly port: number };

const schemes: Readonly<Record<'database-url' | 'redis-url', readonly string[]>> = {
  'database-url': ['postgres:', 'postgresql:'],
  'redis-url': ['redis:', 'rediss:'],
};

/** Host and port of a database or Redis URL. No message quotes the URL: a password may be anywhere in a broken one. */
export function urlTarget(key: 'database-url' | 'redis-url', value: string): Checked<UrlTarget> {
  const wanted = schemes[key].map((scheme) => `${scheme}//`).join(', ');
  if (value === '') return bad(`Type a URL (${wanted}).`);
  if (/[\s]/.test(value)) return bad('The URL has a space or a line break in it.');
  const scheme = /^[a-z][a-z0-9+.-]*:(?=\/\/)/i.exec(value)?.[0].toLowerCase();
  if (scheme === undefined || !schemes[key].includes(scheme))
    return bad(`The URL does not begin with one of ${wanted}.`);
  const authority = value.slice(scheme.length + 2).split(/[/?#]/)[0] ?? '';
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) {
    return bad('The URL names several hosts: name one address that leads to them (the NetworkPolicy needs one port).');
  }
  if (!URL.canParse(value) || authority.lastIndexOf('@') !== authority.indexOf('@')) {
    return bad('The URL cannot be read. Characters such as @ / # ? % in the password are written %40 %2F %23 %3F %25.');
  }
  if (value.slice(scheme.length + 2 + authority.length).includes('@')) {
    return bad('The URL has an @ after the host: a / # or ? in the password is written %2F %23 %3F.');
  }
  const parsed = endpointOf(value);
  if (!parsed.ok) return bad(`The URL ${parsed.because}.`);
  const { host, port } = parsed.endpoint;
  if (/^(localhost|127\.|::1$)/.test(host)) {
    return bad('The host is the pod itself (localhost): name the server as the cluster reaches it.');
  }
  return port < 1 ? bad('The URL names no port.') : good({ host, port });
}

/** RFC 7518, 3.2: a key for HS256 has at least as many bits as the hash. */
const FEWEST_BYTES = 32;

/** How hard a text is to guess, in bits, at most: what a person made up is weaker than it looks. */
export function bitsAtMost(text: string): number {
  const alphabet = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].reduce(
    (sum, set, place) => sum + (set.test(text) ? ([26, 26, 10, 33][place] ?? 0) : 0),
    0,
  );
  const isHex = /^[0-9a-f]+$/i.test(text);
  const perCharacter = isHex ? 4 : Math.log2(Math.max(alphabet, 2));
  return Math.floor(shortestPeriod(text) * perCharacter);
}

/** `abcabcabc` is as strong as `abc`. */
function shortestPeriod(text: string): number {
  const again = `${text}${text}`.indexOf(text, 1);
  return again < 1 ? text.length : again;
}

/** The key that tokens are signed with. The remark says how strong, never what it is. */
function checkJwtSecret(value: string): Checked {
  const bytes = new TextEncoder().encode(value).length;
  if (/[\r\n\0]/.test(value)) return bad('The secret has a line break in it; secrets.env holds one line each.');
  if (bytes < FEWEST_BYTES)
    return bad(`The secret has ${bytes} bytes; HS256 wants ${FEWEST_BYTES} or more. Type "generate" for a good one.`);
  const different = new Set(value).size;
  const bits = bitsAtMost(value);
  const looksMade = /(change-?me|password|secret|example|your-|0123456789|abcdefghij|qwertz|qwerty)/i.test(value);
  if (different < 10 || bits < 128)
    return bad('The secret repeats itself: it is easy to guess. Type "generate" for a good one.');
  if (looksMade) return bad('The secret reads like a sample. Type "generate" for a good one.');
  if (value !== value.trim()) return good(value, 'The secret begins or ends with a space; it is kept as it is.');
  return good(value, `${bytes} bytes, at most ${Math.min(bits, bytes * 8)} bits.`);
}

/** Any of the three, checked; the value itself is kept as typed but for a line break at its end, which a paste brings along. */
export function checkSecret(key: SecretKey, typed: string): Checked {
  const value = typed.replace(/[\r\n]+$/, '');
  const unfit = value === '' ? undefined : problemOfSecret(key, value);
  if (unfit !== undefined) return bad(`${unfit}.`);
  if (key === 'jwt-secret') return checkJwtSecret(value);
  const target = urlTarget(key, value.trim());
  return target.ok ? good(value.trim(), ...target.remarks) : target;
}
