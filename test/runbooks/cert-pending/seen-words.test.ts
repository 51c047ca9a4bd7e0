import { describe, expect, test } from 'vitest';
import { acmeProblemIn, secondaryPrefix } from '../../../runbooks/cert-pending/messages.ts';
import { alternativesOf } from '../message-patterns.ts';
import { findsWithout, type Held, unseenPatterns, type Without, without } from '../seen-words.ts';
import saidOnTheBed from './said-on-the-bed.json' with { type: 'json' };

/** As detectors take it apart: the words of the CA without what cert-manager puts before them. */
function partsOf(text: string): readonly string[] {
  const detail = acmeProblemIn(text)?.detail;
  const presented = text
    .replace(/^\(combined from similar events\): /, '')
    .replace(/^Error presenting challenge: /, '');
  return [
    text,
    presented,
    presented.replace(/^.*?error: /, ''),
    ...(detail === undefined ? [] : [detail, detail.replace(secondaryPrefix, '')]),
  ];
}

const names: Held['names'] = [
  ['certificate/secret-writers.ts', /./],
  ['ca-answer.ts', /letsencrypt|pki|zerossl|buypass/],
  ['issuer/acme-server-wrong.ts', /\^le-|letsencrypt/],
  // What a server in front calls itself: only a hint in words.
  ['outside/dns-wrong-target.ts', /cloudfront|akamai|cloudflare|fastly|imperva|sucuri|azure/],
];

/** Not seen, and not needed: the words are replaced by others, and the same is found by type, reason, status, field or look. */
const unseen: Readonly<Record<string, Without>> = {
  ...without('nginx-admission-leftover', /service "[^"]*" not found/, [
    'challenge/nginx-admission-unavailable.ts: service "[^"]*" not found',
  ]),
  ...without('node-clock-skew', /x509[^"]*|not yet valid|certificate has expired|Certificate expired[^"]*/i, [
    'controller/node-clock-skew.ts: badNonce',
    'controller/node-clock-skew.ts: certificate has expired',
    'controller/node-clock-skew.ts: clock',
    'controller/node-clock-skew.ts: not yet valid',
  ]),
  ...without('acme-unreachable-timeout', /i\/o timeout|deadline exceeded|Client\.Timeout/g, [
    'issuer/acme-unreachable.ts: Client\\.Timeout',
    'issuer/acme-unreachable.ts: deadline exceeded',
  ]),
  ...without('thirty-seconds-old-timeout', /context deadline exceeded[^"]*/, [
    'messages.ts: Client\\.Timeout',
    'messages.ts: deadline exceeded',
  ]),
  ...without('dns-no-record-aaaa-words', /no valid (A|AAAA|IP)\b[^"]*/g, [
    'mended.ts: no valid A records',
    'messages.ts: no valid (A)\\b',
    'messages.ts: no valid (AAAA)\\b',
    'messages.ts: no valid (IP)\\b',
  ]),
  ...without('order-stale', /^acme: .*/, ['messages.ts: ^(acme: )']),
  ...without('acme-profile-dropped', /certificate authority does not[^"]*/, [
    'order/acme-profile-unsupported.ts: certificate authority does not (?:advertise a profile)',
    'order/acme-profile-unsupported.ts: profile with name "?([^"\\s]+)"?',
  ]),
  ...without('redirect-bad-for-the-ca', /Invalid port in redirect target[^"]*/, [
    'outside/redirects.ts: Invalid empty host',
    'outside/redirects.ts: Invalid host in redirect target',
    'outside/redirects.ts: Invalid hostname in redirect target',
    'outside/redirects.ts: Invalid protocol scheme in redirect target',
    'outside/redirects.ts: Redirect loop detected',
    'outside/redirects.ts: Too many redirects',
    'outside/redirects.ts: disallowed redirect status code',
    "outside/redirects.ts: doesn't support TLSv1\\.2 or better",
  ]),
};

test('each pattern was seen, or is told not to have been', () => {
  expect(unseenPatterns({ runbook: 'cert-pending', saidOnTheBed, names, partsOf })).toEqual(
    Object.keys(unseen).toSorted(),
  );
});

describe('what was not seen is found without it', () => {
  test.each(Object.entries(unseen))('%s', (_, words) => findsWithout('cert-pending', words));
});

/** Seen, and not needed all the same: words of an authority alone, where it says a type with them. */
test.each<Without>([
  { of: 'acme-account-secret-shared-elsewhere', words: /Account that[^"]*/ },
  { of: 'order-forgotten', words: /No order for ID \d+/ },
])('$of is found whatever the authority calls it', (words) => findsWithout('cert-pending', words));

test('a pattern is taken apart into all that it may match', () => {
  expect(alternativesOf('(?:a|b) c|d\\|e[|]')).toEqual(['(?:a) c', '(?:b) c', 'd\\|e[|]']);
});
