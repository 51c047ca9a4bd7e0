import type { VerifyReport } from '../../core/report/verify-report.ts';

type Point = VerifyReport['points'][number];

const words: Readonly<Record<Point['state'], string>> = {
  passed: 'Passed',
  failed: 'Failed',
  waiting: 'Waiting',
  'not-looked': 'Not looked at',
};
const beforeWords = { passed: 'Good', failed: 'Problem', 'not-looked': 'Not looked at', remarked: 'Note' } as const;

/** A verification in lines that also read well aloud: the sentence of truth first, then every point. No colour, no columns. */
export function verifyText(report: VerifyReport): string {
  const { target, environment, host } = report;
  return [
    `Verify ${environment ?? target.namespace}. ${target.namespace} in context ${target.context}${host ? `, ${host} as a client sees it from this machine` : ''}.`,
    headline(report),
    '',
    ...report.before.map(({ title, state, saw }) => `${beforeWords[state]}: ${title}: ${saw}.`),
    '',
    ...report.points.flatMap(pointLines),
    '',
    closing(report),
  ]
    .join('\n')
    .concat('\n');
}

function headline({ outcome, summary, points }: VerifyReport): string {
  const of = `${summary.passed} of ${points.length} ${points.length === 1 ? 'point' : 'points'} passed`;
  switch (outcome) {
    case 'healthy':
      return `Healthy: ${of}.`;
    case 'waiting':
      return `Waiting, nothing is wrong: ${of}, ${summary.waiting} not done yet.`;
    case 'incomplete':
      return `Incomplete: ${of}, ${summary.notLooked} could not be looked at.`;
    case 'problem':
      return `Problem: ${of}, ${summary.failed} failed${summary.notLooked > 0 ? `, ${summary.notLooked} could not be looked at` : ''}.`;
  }
}

/** One point in one sentence. */
export const pointLine = ({ state, title, id, saw }: Pick<Point, 'state' | 'title' | 'id' | 'saw'>): string =>
  `${words[state]}: ${title} [${id}]: ${saw}.`;

function pointLines(point: Point): readonly string[] {
  const remarks = point.remarks.map((remark) => `  Remark: ${remark}.`);
  const first = pointLine(point);
  if (point.state === 'passed') return [first, ...remarks];
  return [
    first,
    `  Expected: ${point.expected}.`,
    ...(point.object
      ? [`  Where: ${point.object.kind}/${point.object.name}${point.field ? ` ${point.field}` : ''}`]
      : []),
    ...(point.codes.length > 0 ? [`  Cause: ${point.codes.join(', ')}`] : []),
    ...point.notLooked.map(
      ({ what, because, needs }) => `  Could not look at: ${what} (${needs ? `needs ${needs}` : because})`,
    ),
    ...(point.mend?.commands ?? []).map((command) => `  Next: ${command}`),
    ...remarks,
  ];
}

const closing = ({ coverage, apiRequests }: VerifyReport): string =>
  `Looked at ${coverage.looked} of ${coverage.of} things, ${apiRequests} API requests. Nothing was changed.`;
