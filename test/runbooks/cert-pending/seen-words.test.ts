import { describe, expect, test } from 'vitest';
import { acmeProblemIn, secondaryPrefix } from '../../../runbooks/cert-pending/messages.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { diagnosisOf, runbooksFolder, scenarios, told } from '../scenario-files.ts';
import { alternativesOf, type Pattern, patternsIn } from './message-patterns.ts';
import saidOnTheBed from './said-on-the-bed.json' with { type: 'json' };

/**
 * Texts change, and what was never seen may never have been right. So every pattern of this runbook was seen: in a body that real
 * controllers wrote, or in what they say on the bed (test/cluster/cert-pending/said*.test.ts). Where one was not, the same is found
 * without it.
 */
const ofCertPending = scenarios.filter(({ runbook }) => runbook === 'cert-pending');
const isSeen = ({ source }: Scenario): boolean => source !== 'written';

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}

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

const seen = [
  ...new Set(
    [
      ...ofCertPending.filter(isSeen).flatMap(({ objects, world }) => textsIn([objects, world])),
      ...Object.values(saidOnTheBed),
    ].flatMap(partsOf),
  ),
];
const isMatched = ({ source, flags }: Pattern): boolean => {
  const pattern = new RegExp(source, flags);
  return seen.some((text) => pattern.test(text));
};

/** Names, addresses, fields and options: what an operator writes, and no controller says. */
const names: readonly (readonly [file: string, source: RegExp])[] = [
  ['certificate/secret-writers.ts', /./],
  ['ca-answer.ts', /letsencrypt|pki|zerossl|buypass/],
  ['issuer/acme-server-wrong.ts', /\^le-|letsencrypt/],
  // What a server in front calls itself: only a hint in words.
  ['outside/dns-wrong-target.ts', /cloudfront|akamai|cloudflare|fastly|imperva|sucuri|azure/],
];

type Without = {
  /** The scenario in which the words are taken away; its expectation holds all the same. */
  readonly of: string;
  readonly words: RegExp;
};

/** Not seen, and not needed: the words are replaced by others, and the same is found by type, reason, status, field or look. */
const unseen: Readonly<Record<string, Without>> = {
  ...of('nginx-admission-leftover', /service "[^"]*" not found/, [
    'challenge/nginx-admission-unavailable.ts: service "[^"]*" not found',
  ]),
  ...of('node-clock-skew', /x509[^"]*|not yet valid|certificate has expired|Certificate expired[^"]*/i, [
    'controller/node-clock-skew.ts: badNonce',
    'controller/node-clock-skew.ts: certificate has expired',
    'controller/node-clock-skew.ts: clock',
    'controller/node-clock-skew.ts: not yet valid',
  ]),
  ...of('acme-unreachable-timeout', /i\/o timeout|deadline exceeded|Client\.Timeout/g, [
    'issuer/acme-unreachable.ts: Client\\.Timeout',
    'issuer/acme-unreachable.ts: deadline exceeded',
  ]),
  ...of('thirty-seconds-old-timeout', /context deadline exceeded[^"]*/, [
    'messages.ts: Client\\.Timeout',
    'messages.ts: deadline exceeded',
  ]),
  ...of('dns-no-record-aaaa-words', /no valid (A|AAAA|IP)\b[^"]*/g, [
    'mended.ts: no valid A records',
    'messages.ts: no valid (A)\\b',
    'messages.ts: no valid (AAAA)\\b',
    'messages.ts: no valid (IP)\\b',
  ]),
  ...of('order-stale', /^acme: .*/, ['messages.ts: ^(acme: )']),
  ...of('acme-profile-dropped', /certificate authority does not[^"]*/, [
    'order/acme-profile-unsupported.ts: certificate authority does not (?:advertise a profile)',
    'order/acme-profile-unsupported.ts: profile with name "?([^"\\s]+)"?',
  ]),
  ...of('redirect-bad-for-the-ca', /Invalid port in redirect target[^"]*/, [
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

function of(scenario: string, words: RegExp, patterns: readonly string[]) {
  return Object.fromEntries(patterns.map((pattern): [string, Without] => [pattern, { of: scenario, words }]));
}

const all = patternsIn(`${runbooksFolder}/cert-pending`).filter(
  ({ file, source }) => !names.some(([where, what]) => where === file && what.test(source)),
);
const left = [...new Set(all.filter((pattern) => !isMatched(pattern)).map(({ file, source }) => `${file}: ${source}`))];

test('each pattern was seen, or is told not to have been', () => {
  console.log(`${all.length} patterns of messages: ${all.length - left.length} seen, ${left.length} not`);
  expect(left.toSorted()).toEqual(Object.keys(unseen).toSorted());
});

function withOtherWords(scenario: Scenario, words: RegExp): Scenario {
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(words, 'words that nobody wrote down');
    if (Array.isArray(value)) return value.map(replaced);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item)]));
  };
  return { ...scenario, objects: replaced(scenario.objects) as Scenario['objects'] };
}

async function findsWithout({ of: name, words }: Without): Promise<void> {
  const scenario = ofCertPending.find((one) => one.name === name);
  if (!scenario) throw new Error(`there is no scenario ${name}`);
  const changed = withOtherWords(scenario, words);
  expect(JSON.stringify(changed.objects), 'the words are there to be taken away').not.toBe(
    JSON.stringify(scenario.objects),
  );
  const diagnosis = await diagnosisOf(changed);
  expect(diagnosis.rootCauses.toSorted(), told(diagnosis)).toEqual((scenario.expect?.roots ?? []).toSorted());
}

describe('what was not seen is found without it', () => {
  test.each(Object.entries(unseen))('%s', (_, without) => findsWithout(without));
});

/** Seen, and not needed all the same: words of an authority alone, where it says a type with them. */
test.each<Without>([
  { of: 'acme-account-secret-shared-elsewhere', words: /Account that[^"]*/ },
  { of: 'order-forgotten', words: /No order for ID \d+/ },
])('$of is found whatever the authority calls it', findsWithout);

test('a pattern is taken apart into all that it may match', () => {
  expect(alternativesOf('(?:a|b) c|d\\|e[|]')).toEqual(['(?:a) c', '(?:b) c', 'd\\|e[|]']);
});
