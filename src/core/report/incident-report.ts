import { ago, utc } from '../durations.ts';
import { inBlock, inCode, inProse } from './markdown.ts';
import type { RunbookReport } from './runbook-report.ts';

/**
 * What is told of an incident afterwards: the first look, and the last one where something was done in between. It is made of the reports
 * alone, which hold nothing secret, so neither does it.
 */
export type Incident = {
  readonly title: string;
  /** The object that the runbook was asked about. */
  readonly object: string;
  readonly first: RunbookReport;
  readonly last: RunbookReport;
};

type Finding = RunbookReport['findings'][number];

export function incidentReport(incident: Incident): string {
  const { title, object, first, last } = incident;
  const { target, tool } = first;
  const begun = new Date(first.startedAt);
  const ended = new Date(Date.parse(last.startedAt) + last.durationMs);
  return [
    `# ${inProse(title)}: ${inProse(object)} in ${inProse(target.namespace)}`,
    '',
    `Looked at ${utc(begun)}${last === first ? '' : `, last at ${utc(ended)}`}, with ${tool.name} ${inProse(tool.version)}, from the operator's machine.`,
    `Context ${inCode(target.context)}${target.server === '' ? '' : `, server ${inCode(target.server)}`}.`,
    ...section('In short', inShort(incident)),
    ...section('What was seen', whatWasSeen(first)),
    ...section(
      'Told apart from',
      first.ruledOut.map(({ code, because }) => `- ${inCode(code)}: ${inProse(because)}`),
    ),
    ...section('What changed here shortly before', lastChanges(first)),
    ...section('What was tried and changed', whatWasDone(last)),
    ...section('What proves it', whatProvesIt(last)),
    ...section('What could not be seen', notSeen(last)),
    ...section('The same by hand', byHand(incident)),
    ...section('What to watch', whatToWatch(incident)),
  ]
    .join('\n')
    .concat('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const rootsOf = ({ findings }: RunbookReport): readonly Finding[] => findings.filter(({ root }) => root);

const outcomes: Readonly<Record<RunbookReport['outcome'], string>> = {
  healthy: 'healthy',
  waiting: 'waiting by design, nothing is wrong',
  problem: 'broken',
  incomplete: 'not known, since something that matters could not be looked at',
};

function inShort({ first, last }: Incident): readonly string[] {
  const roots = rootsOf(first);
  const now = outcomes[last.outcome];
  return [
    `- Impact when looked at: ${inProse(first.impact)}`,
    roots.length > 0
      ? `- Cause: ${roots.map(({ title, code }) => `${inProse(title)} (${inCode(code)})`).join('; ')}`
      : `- Cause: none named. It was ${outcomes[first.outcome]}.`,
    ...(last === first ? [] : [`- Impact now: ${inProse(last.impact)}`]),
    `- State at the end: ${now}.${last.remediation?.applied ? '' : ' Nothing was changed.'}`,
  ];
}

function whatWasSeen({ findings, unrecognised, waiting }: RunbookReport): readonly string[] {
  const blocks = findings.map((finding) => [
    `### ${inProse(finding.title)}`,
    '',
    `${inCode(finding.code)}, ${finding.confidence}${finding.root ? ', a root cause' : ', explained by something else or not certain'}. ${capital(inProse(finding.because))}`,
    '',
    ...finding.evidence.map(
      ({ from, path, saw, wanted }) =>
        `- ${inCode(path ? `${from} ${path}` : from)}: ${inCode(saw)}${wanted ? `, wanted ${inCode(wanted)}` : ''}`,
    ),
    `- Usually mended by: ${finding.owner}`,
  ]);
  const unknown = unrecognised
    ? [
        [
          `Broken, and the cause is none that this tool knows. ${inCode(`${unrecognised.object.kind}/${unrecognised.object.name}`)} says: ${inCode(unrecognised.quote)}`,
        ],
      ]
    : [];
  const waits = waiting
    ? [[`Waiting for ${inProse(waiting.for)}${waiting.since ? `, since ${utc(new Date(waiting.since))}` : ''}.`]]
    : [];
  const all = [...blocks, ...unknown, ...waits];
  return all.length === 0
    ? ['Nothing that is wrong.']
    : all.flatMap((block, place) => (place === 0 ? block : ['', ...block]));
}

const lastChanges = ({ lastChanges: all, startedAt }: RunbookReport): readonly string[] =>
  all.map(
    ({ object, by, at, what }) =>
      `- ${utc(new Date(at))} (${ago(Date.parse(startedAt) - Date.parse(at))} before): ${inCode(object)} by ${inCode(by)}, ${inCode(what)}`,
  );

function whatWasDone({ remediation }: RunbookReport): readonly string[] {
  if (remediation === null) return ['Nothing was tried, and nothing was changed.'];
  return [
    `Remedy ${inCode(remediation.remedy)}: ${remediation.applied ? 'applied' : 'not applied, nothing was changed'}.`,
    '',
    ...remediation.steps.map(
      ({ step, result, detail }) => `- ${result}: ${inCode(step)}${detail ? `, ${inCode(detail)}` : ''}`,
    ),
  ];
}

function whatProvesIt({ remediation, outcome, impact, startedAt, durationMs }: RunbookReport): readonly string[] {
  if (!remediation?.applied) return [];
  const looked = `The same diagnosis at ${utc(new Date(Date.parse(startedAt) + durationMs))} says: ${outcomes[outcome]}. ${capital(inProse(impact))}.`;
  return [remediation.verified ? `Proved. ${looked}` : `Not proved: the problem stays. ${looked}`];
}

function notSeen({ coverage: { looked, of, notLooked } }: RunbookReport): readonly string[] {
  if (notLooked.length === 0) return [];
  return [
    `${looked} of ${of} things could be looked at. Not:`,
    '',
    ...notLooked.map(
      ({ what, because, needs }) => `- ${inCode(what)}: ${inProse(because)}${needs ? ` (needs ${inCode(needs)})` : ''}`,
    ),
  ];
}

const runbookLine = ({ first, object }: Incident): string =>
  `orion-setup runbook ${first.runbook} ${object} -n ${first.target.namespace}`;

/** What was done, else what would help: of each root the first, and always the look itself. */
function byHand(incident: Incident): readonly string[] {
  const { first, last } = incident;
  const done = last.remediation?.applied ? last.remediation.remedy : undefined;
  const remedies = (done ? first.findings : rootsOf(first)).flatMap(({ remedies: all }) =>
    done ? all.filter(({ id }) => id === done) : all.slice(0, 1),
  );
  return [
    ...inBlock([`# look again; changes nothing`, runbookLine(incident)]),
    ...remedies.flatMap(({ title, commands, risk, blockedBy }) => [
      '',
      `${inProse(title)} (risk ${risk}${blockedBy ? `; not done by this tool: ${inProse(blockedBy)}` : ''}):`,
      '',
      ...inBlock(commands.flatMap((command) => command.split('\n'))),
    ]),
  ];
}

function whatToWatch(incident: Incident): readonly string[] {
  const { first, last } = incident;
  const { remediation, waiting } = last;
  const remedy = first.findings.flatMap(({ remedies }) => remedies).find(({ id }) => id === remediation?.remedy);
  return [
    ...(waiting?.nextTryAt ? [`- The next try is at ${utc(new Date(waiting.nextTryAt))}.`] : []),
    ...(remediation?.undoId
      ? [`- Taken back by ${inCode(`orion-setup undo ${remediation.undoId}`)}, as long as nobody changes it.`]
      : []),
    ...(remediation?.applied && remedy ? [`- ${capital(inProse(remedy.undo))}`] : []),
    ...(remediation?.applied ? ['- The same change in your own manifests, else the next deploy undoes it.'] : []),
    `- ${inCode(`${runbookLine(incident)} --watch`)} looks until it is healthy.`,
  ];
}
