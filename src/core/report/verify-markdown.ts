import type { VerifyReport } from './verify-report.ts';

type Point = VerifyReport['points'][number];

const words: Readonly<Record<Point['state'], string>> = {
  passed: 'passed',
  failed: '**failed**',
  waiting: 'waiting',
  'not-looked': '**not looked at**',
};

/** For a ticket or a pull request. */
export function verifyMarkdown(report: VerifyReport): string {
  const { target, summary, points } = report;
  const open = points.filter(({ state }) => state !== 'passed');
  const remarks = [
    ...report.before.filter(({ state }) => state !== 'passed').map(({ title, saw }) => `${title}: ${saw}`),
    ...points.flatMap((point) => point.remarks),
  ];
  return [
    `# Verified: ${text(target.namespace)}, ${report.outcome}`,
    '',
    `${report.startedAt}, context ${code(target.context)}, ${code(target.server)}${report.host ? `, host ${code(report.host)}` : ''}.`,
    `${summary.passed} passed, ${summary.failed} failed, ${summary.waiting} waiting, ${summary.notLooked} not looked at.`,
    '',
    '| point | | seen |',
    '| --- | --- | --- |',
    ...points.map(({ title, state, saw }) => `| ${text(title)} | ${words[state]} | ${text(saw)} |`),
    ...open.flatMap(details),
    ...(remarks.length > 0 ? ['', '## Remarks', '', ...remarks.map((one) => `- ${text(one)}`)] : []),
    '',
  ].join('\n');
}

function details(point: Point): readonly string[] {
  return [
    '',
    `## ${text(point.title)}: ${point.state}`,
    '',
    `- expected: ${text(point.expected)}`,
    `- seen: ${text(point.saw)}`,
    ...(point.object
      ? [`- object: ${code(`${point.object.kind}/${point.object.name}`)}${point.field ? ` ${code(point.field)}` : ''}`]
      : []),
    ...(point.codes.length > 0 ? [`- cause: ${point.codes.map(code).join(', ')}`] : []),
    ...point.notLooked.map(
      ({ what, because, needs }) => `- not looked at: ${text(what)} (${text(needs ? `needs ${needs}` : because)})`,
    ),
    ...(point.mend?.commands ?? []).map((command) => `- mend: ${code(command)}`),
  ];
}

/** Text from a cluster is no markup: nothing in it may become a link, a tag, a cell or a heading. */
const text = (of: string): string =>
  of
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>|#!~]/g, (found) => `\\${found}`)
    .replaceAll('&', '&amp;');

/** Fenced by more backticks than it holds; a bar would end a table's cell, but code stands in none here. */
function code(of: string): string {
  const one = of.replaceAll(/\s+/g, ' ');
  const fence = '`'.repeat(Math.max(0, ...(one.match(/`+/g) ?? []).map(({ length }) => length)) + 1);
  return one.includes('`') ? `${fence} ${one} ${fence}` : `${fence}${one}${fence}`;
}
