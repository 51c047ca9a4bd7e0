import { redactText } from '../../src/core/redact.ts';

/** Reads the few texts of cert-manager and of ACME servers that no typed field holds. Texts change between versions, so typed fields come first. */

/** What cert-manager's own look at a challenge came to (pkg/issuer/acme/http; its tail is Go's net error). */
export type SelfCheck =
  | { readonly failed: 'no-such-host' | 'refused' | 'timed-out' | 'closed' | 'tls' | 'other-body' | 'other' }
  | { readonly failed: 'status'; readonly status: number };

const waiting = 'Waiting for HTTP-01 challenge propagation: ';

/** The self-check's answer in a Challenge's reason, or undefined where the reason is something else. */
export function selfCheckIn(reason: string): SelfCheck | undefined {
  if (!reason.startsWith(waiting)) return undefined;
  const status = /wrong status code '(\d{3})'/.exec(reason)?.[1];
  if (status) return { failed: 'status', status: Number(status) };
  if (reason.includes('did not get expected response')) return { failed: 'other-body' };
  if (reason.includes('no such host')) return { failed: 'no-such-host' };
  if (/connection refused/.test(reason)) return { failed: 'refused' };
  if (/remote error: tls: handshake failure/.test(reason)) return { failed: 'tls' };
  if (/i\/o timeout|deadline exceeded|Client\.Timeout/.test(reason)) return { failed: 'timed-out' };
  // An entry that speaks the PROXY protocol hangs up on whoever does not.
  if (/\bEOF\b|connection reset by peer/.test(reason)) return { failed: 'closed' };
  return { failed: 'other' };
}

/** The self-check's words without the address it asked, which is long and comes twice; what came of it stands at their end. */
export const withoutAddress = (reason: string): string =>
  reason.replace(/failed to perform self check GET request '[^']*': Get "([a-z]+):[^"]*": /, 'self check by $1: ');

/** An ACME problem (RFC 8555, 6.7) inside a longer text: `400 urn:ietf:params:acme:error:dns: …`. */
export type AcmeProblem = { readonly status: number; readonly type: string; readonly detail: string };

export function acmeProblemIn(text: string): AcmeProblem | undefined {
  const found = /(\d{3}) urn:ietf:params:acme:error:(\w+): ([\s\S]*)$/.exec(text);
  return found ? { status: Number(found[1]), type: found[2] ?? '', detail: (found[3] ?? '').trim() } : undefined;
}

/**
 * What the CA said of a refused authorization, from a Challenge's reason. cert-manager writes it in two ways: with host and type where it
 * heard it itself (acceptChallenge), and the bare detail where it read the state again, as after a conflict or a restart
 * (syncChallengeStatus). The type then has to be told by the words, which are boulder's (va, probs).
 */
export function refusedAuthorizationIn(reason: string): Pick<AcmeProblem, 'type' | 'detail'> | undefined {
  if (/authorization error for /.test(reason)) return acmeProblemIn(reason);
  // cert-manager's own words about a try that came to no authorization.
  if (reason === '' || /^(Error accepting|Failed to|Waiting for|acme: )/.test(reason)) return undefined;
  return { type: typeOf(reason), detail: reason.trim() };
}

const wordsOf: readonly (readonly [type: string, words: RegExp])[] = [
  ['caa', /^While processing CAA for |CAA record for \S+ prevents issuance/],
  ['dns', /^DNS problem: |no valid (A|AAAA|IP)\b/i],
  ['unauthorized', /Invalid response from |key authorization file from the server/i],
  ['tls', /remote error: tls|tls: /i],
  // A redirect to https where only HTTP is spoken.
  ['malformed', /only speaks HTTP, not TLS/],
  ['connection', /Fetching |Error getting validation data/],
];

/** Empty where the words are nobody's that is known. */
function typeOf(detail: string): string {
  const words = detail.replace(secondaryPrefix, '');
  return wordsOf.find(([, known]) => known.test(words))?.[0] ?? '';
}

/** A CA that asks from several places of the internet puts it before what those other than the first found (boulder, va). */
export const secondaryPrefix = 'During secondary validation: ';

/**
 * The status of an answer that is no ACME problem, as a proxy's page is none: `503 : …` (Go's acme client), and since cert-manager 1.21 in
 * words of its own where an issuer registers.
 */
export function pageStatusIn(text: string): number | undefined {
  const found = /\b([45]\d\d) : |an HTTP (\d{3}) response/.exec(text);
  return found ? Number(found[1] ?? found[2]) : undefined;
}

/** When an ACME server will take the next try: `retry after 2026-11-23 12:34:56 UTC` (boulder, ratelimits). */
export function retryAfterIn(text: string): Date | undefined {
  const found = /retry after (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/.exec(text);
  return found ? new Date(`${found[1]}T${found[2]}Z`) : undefined;
}

/** At most 300 characters of a text from the cluster, for evidence. The edge has taken secrets out; evidence from a file may hold some. */
export function quote(text: string): string {
  const line = redactText(text).replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
