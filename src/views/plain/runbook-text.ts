import { ago, utc } from '../../core/durations.ts';
import type { RunbookReport } from '../../core/report/runbook-report.ts';

type Finding = RunbookReport['findings'][number];
type Remedy = Finding['remedies'][number];

/** A runbook's report in lines that also read well aloud: one sentence of truth first, proof after it. No colour, no columns. */
export function runbookText(report: RunbookReport, title: string, target: string, now: Date): string {
  const roots = report.findings.filter((finding) => finding.root);
  const others = report.findings.filter((finding) => !finding.root);
  return [
    `${title}. ${target} in ${report.target.namespace}.`,
    `${report.impact.charAt(0).toUpperCase()}${report.impact.slice(1)}.`,
    headline(report, now),
    ...roots.flatMap((finding) => ['', ...findingLines(finding)]),
    ...(others.length > 0
      ? ['', 'Also seen, and explained by the above or by what could not be looked at:', ...others.map(otherLine)]
      : []),
    ...changes(report, now),
    '',
    ...closing(report),
  ]
    .join('\n')
    .concat('\n');
}

function headline(report: RunbookReport, now: Date): string {
  switch (report.outcome) {
    case 'healthy':
      return 'Healthy: nothing is wrong here.';
    case 'waiting':
      return `Waiting, nothing is wrong: ${report.waiting ? waitingText(report.waiting, now) : 'not done yet'}.`;
    case 'incomplete':
      return 'Incomplete: something that matters could not be looked at, so no cause is named.';
    case 'problem':
      return report.unrecognised
        ? `Broken, and the cause is none that this tool knows. ${report.unrecognised.object.kind}/${report.unrecognised.object.name} says: ${report.unrecognised.quote}`
        : `${report.rootCauses.length === 1 ? 'One cause' : `${report.rootCauses.length} causes`} found.`;
  }
}

function waitingText(waiting: NonNullable<RunbookReport['waiting']>, now: Date): string {
  const since = waiting.since ? `, for ${ago(now.getTime() - Date.parse(waiting.since))}` : '';
  const next = waiting.nextTryAt
    ? `; next at ${utc(new Date(waiting.nextTryAt))} (in ${ago(Date.parse(waiting.nextTryAt) - now.getTime())})`
    : '';
  const normally = waiting.normallyUpTo
    ? `, normally up to ${waiting.normallyUpTo.replace(/^PT(\d+)M$/, '$1 min')}`
    : '';
  return `${waiting.for}${since}${normally}${next}`;
}

function findingLines(finding: Finding): readonly string[] {
  return [
    `Cause, ${finding.confidence}: ${finding.title}. [${finding.code}]`,
    `Why: ${finding.because}`,
    ...finding.evidence.map(
      ({ from, path, saw, wanted }) =>
        `  ${from}${path ? ` ${path}` : ''}: ${saw}${wanted ? ` (wanted: ${wanted})` : ''}`,
    ),
    `Usually mended by: ${finding.owner}.`,
    ...(finding.remedies.length > 0 ? ['What helps:', ...finding.remedies.flatMap(remedyLines)] : []),
  ];
}

function remedyLines(remedy: Remedy, place: number): readonly string[] {
  const how = remedy.automatic === 'yes' && remedy.blockedBy === null ? `--fix --remedy ${remedy.id}` : 'by hand';
  return [
    `  ${place + 1}. ${remedy.title}. Risk ${remedy.risk}, ${how}.`,
    ...(remedy.blockedBy ? [`     Not done by this tool: ${remedy.blockedBy}.`] : []),
    ...remedy.commands.flatMap((command) => command.split('\n').map((line) => `       ${line}`)),
  ];
}

const otherLine = (finding: Finding): string => `  ${finding.title} [${finding.code}]: ${finding.because}`;

function changes(report: RunbookReport, now: Date): readonly string[] {
  if (report.lastChanges.length === 0) return [];
  return [
    '',
    'Last changes here:',
    ...report.lastChanges.map(
      ({ object, by, at, what }) =>
        `  ${object}, by ${by}, ${utc(new Date(at))} (${ago(now.getTime() - Date.parse(at))} ago): ${what}`,
    ),
  ];
}

function closing(report: RunbookReport): readonly string[] {
  const { looked, of, notLooked } = report.coverage;
  const changed = report.remediation?.applied ? [] : ['Nothing was changed.'];
  return [
    ...(notLooked.length > 0
      ? [
          'Could not look at:',
          ...notLooked.map(({ what, because, needs }) => `  ${what}: ${because}${needs ? ` (needs: ${needs})` : ''}`),
          ...(notLooked.some(({ needs }) => needs)
            ? [
                `All the rights that it needs, as Roles to be asked for: orion-setup prerequisites --rbac runbook ${report.runbook} -n ${report.target.namespace}`,
              ]
            : []),
        ]
      : []),
    [
      `Looked at ${looked} of ${of} things, ${report.apiRequests} API requests; ruled out ${report.ruledOut.length}.`,
      ...changed,
    ].join(' '),
  ];
}
