import type { VerifyReport } from './verify-report.ts';

type Point = VerifyReport['points'][number];

/**
 * JUnit's XML, as CI systems read it. What could not be looked at and what is not there yet are errors, never skipped tests: those count
 * as well in most of them, and nothing here is well unseen.
 */
export function verifyJunit(report: VerifyReport): string {
  const { points, summary, target } = report;
  const seconds = (report.durationMs / 1000).toFixed(3);
  const counts = { tests: points.length, failures: summary.failed, errors: summary.waiting + summary.notLooked };
  const name = `orion-setup verify ${target.namespace}`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...counts, time: seconds })}>`,
    `  <testsuite${attributes({ name, ...counts, skipped: 0, time: seconds, timestamp: report.startedAt.replace(/\.\d+Z$/, 'Z'), hostname: target.server })}>`,
    '    <properties>',
    ...properties(report).map(([key, value]) => `      <property${attributes({ name: key, value })}/>`),
    '    </properties>',
    ...points.flatMap((point) => testCase(point, target.namespace)),
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

const properties = ({
  tool,
  target,
  environment,
  host,
  outcome,
  apiRequests,
  before,
}: VerifyReport): readonly (readonly [string, string])[] => [
  ['version', tool.version],
  ['context', target.context],
  ['environment', environment ?? ''],
  ['host', host ?? ''],
  ['outcome', outcome],
  ['apiRequests', String(apiRequests)],
  ...before.map(({ id, state, saw }): readonly [string, string] => [id, `${state}: ${saw}`]),
];

function testCase(point: Point, namespace: string): readonly string[] {
  const opening = `    <testcase${attributes({ classname: `verify.${namespace}`, name: `${point.id}: ${point.title}` })}`;
  const said = point.remarks.length > 0 ? [`      <system-out>${escaped(point.remarks.join('\n'))}</system-out>`] : [];
  const verdict = verdictOf(point);
  if (verdict.length + said.length === 0) return [`${opening}/>`];
  return [`${opening}>`, ...verdict, ...said, '    </testcase>'];
}

function verdictOf(point: Point): readonly string[] {
  if (point.state === 'passed') return [];
  const tag = point.state === 'failed' ? 'failure' : 'error';
  const type = point.codes[0] ?? point.state;
  const body = [
    `expected: ${point.expected}`,
    `saw: ${point.saw}`,
    ...(point.object
      ? [`object: ${point.object.kind}/${point.object.name}${point.field ? ` ${point.field}` : ''}`]
      : []),
    ...point.notLooked.map(
      ({ what, because, needs }) => `not looked at: ${what} (${needs ? `needs ${needs}` : because})`,
    ),
    ...(point.mend?.commands ?? []),
  ].join('\n');
  return [`      <${tag}${attributes({ message: point.saw, type })}>${escaped(body)}</${tag}>`];
}

const attributes = (of: Readonly<Record<string, string | number>>): string =>
  Object.entries(of)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('');

/** Characters that XML 1.0 has no way to write are left out (production 2, Char); lone surrogates too. */
const unwritable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const escaped = (text: string): string =>
  text.replaceAll(unwritable, '').replaceAll(/[&<>"']/g, (found) => entities[found] ?? '');
