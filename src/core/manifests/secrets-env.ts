import { ExpectedStop } from '../failure.ts';

/** secrets.env, read as kustomize reads it. No message here quotes a line or a value: a line that is wrong may be a secret itself. */
export const secretKeys = ['database-url', 'redis-url', 'jwt-secret'] as const;
export type SecretKey = (typeof secretKeys)[number];
export type SecretValues = Readonly<Record<SecretKey, string>>;

/** `line` counts from 1; absent where the whole file is meant. */
type SecretsProblem = { readonly line?: number; readonly because: string };

export type ParsedSecrets =
  | { readonly ok: true; readonly values: SecretValues }
  | { readonly ok: false; readonly problems: readonly SecretsProblem[] };

/**
 * Lines end at a line feed (one carriage return before it is dropped), blanks before the key are dropped, `#` begins a comment only
 * at the start, and all after the first `=` is the value as it stands. A line without `=` would take the environment's value, so it
 * is refused. Source: kustomize, api/kv/kv.go.
 */
export function parseSecretsEnv(text: string): ParsedSecrets {
  const values = new Map<SecretKey, string>();
  const problems: SecretsProblem[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const read = readLine(raw.replace(/\r$/, '').trimStart(), values);
    if (read === undefined) continue;
    if ('because' in read) problems.push({ line: index + 1, because: read.because });
    else values.set(read.key, read.value);
  }
  // A key whose line was refused is not said to be missing too.
  const missing = problems.length > 0 ? [] : secretKeys.filter((key) => !values.has(key));
  problems.push(...missing.map((key) => ({ because: `${key} is missing` })));
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, values: Object.fromEntries(values) as SecretValues };
}

type Line = { readonly key: SecretKey; readonly value: string } | { readonly because: string };

function readLine(line: string, before: ReadonlyMap<SecretKey, string>): Line | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const end = line.indexOf('=');
  if (end === -1) return { because: 'has no =, so kustomize would take the value from the environment' };
  const key = secretKeys.find((known) => known === line.slice(0, end));
  if (key === undefined) return { because: `begins with none of ${secretKeys.map((known) => `${known}=`).join(', ')}` };
  if (before.has(key)) return { because: `names ${key} a second time` };
  const value = line.slice(end + 1);
  const because = problemOfSecret(key, value);
  return because === undefined ? { key, value } : { because };
}

/** kustomize reads lines of at most 64 KiB and forgets the rest of the file in silence. */
const longestValue = 60_000;

/** Why `value` cannot stand in secrets.env, in words that do not hold it; undefined where it can. */
export function problemOfSecret(key: SecretKey, value: string): string | undefined {
  if (value === '') return `${key} is empty`;
  if (/[\n\r\0]/.test(value)) return `${key} holds a line break or a NUL, which secrets.env cannot carry`;
  if (!value.isWellFormed()) return `${key} is not valid Unicode`;
  if (new TextEncoder().encode(value).length > longestValue) return `${key} is longer than ${longestValue} bytes`;
  return undefined;
}

/** Throws a usage stop where a value cannot stand in secrets.env: it names the key, never the value. */
export function refuseUnfitSecrets(values: SecretValues): void {
  for (const key of secretKeys) {
    const because = problemOfSecret(key, values[key]);
    if (because !== undefined) throw new ExpectedStop('usage', `${because}.`);
  }
}

/** The lines of secrets.env that read back as `values`, which must be fit for it. */
export function formatSecrets(values: SecretValues): string {
  refuseUnfitSecrets(values);
  return secretKeys.map((key) => `${key}=${values[key]}\n`).join('');
}
