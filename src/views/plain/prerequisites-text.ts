import type { PrerequisitesReport } from '../../core/report/prerequisites-report.ts';

type Item = PrerequisitesReport['items'][number];

/** What is there and what is not, a sentence each, and then for each that is not: whom to ask, with which words, or how to bring it. */
export function prerequisitesText(report: PrerequisitesReport): string {
  const wanting = report.items.filter(({ state, commands }) => state !== 'fine' && commands.length > 0);
  return [
    `Prerequisites on ${report.target.context} (${report.target.server}).`,
    headline(report),
    '',
    ...report.items.map((one) => `${words[one.state]}: ${one.title}: ${one.because}.${versionWords(one, report)}`),
    ...wanting.flatMap(askLines),
    ...report.notices.flatMap(({ id, text }) => [
      '',
      text,
      `  Never say this again: orion-setup prerequisites --dismiss ${id}`,
    ]),
    '',
    report.ran.length > 0 ? ranLine(report) : 'Nothing was changed.',
  ]
    .join('\n')
    .concat('\n');
}

const words: Readonly<Record<Item['state'], string>> = {
  fine: 'Fine',
  old: 'Too old',
  insecure: 'Insecure',
  missing: 'Missing',
  broken: 'Broken',
  'unknown-version': 'Version unknown',
  'cannot-look': 'Could not look',
};

function headline({ outcome }: PrerequisitesReport): string {
  switch (outcome) {
    case 'healthy':
      return 'All that set-up needs is there.';
    case 'incomplete':
      return 'Incomplete: not all of it could be looked at.';
    case 'problem':
      return 'Not all that set-up needs is there.';
  }
}

function versionWords({ versions, helm, newest, minimum, state }: Item, { knownAsOf }: PrerequisitesReport): string {
  if (versions.length === 0 && newest === null) return '';
  const from =
    versions.length > 0 ? ` Seen in ${versions.map((one) => `${one.from} (${one.version})`).join(', ')}.` : '';
  const release =
    helm === null ? '' : ` Helm release ${helm.name} in ${helm.namespace}${helm.chart ? ` (${helm.chart})` : ''}.`;
  const least = minimum !== null && state === 'fine' ? ` ${minimum} or newer is needed.` : '';
  return `${least}${newest === null ? '' : ` Newest known on ${knownAsOf}: ${newest}.`}${from}${release}`;
}

function askLines({ id, title, owner, request, commands }: Item): readonly string[] {
  if (request === null) return ['', `${title}:`, ...commands.map((line) => `  ${line}`)];
  const install = commands.some((line) => line.startsWith('helm ') || line.startsWith('kubectl '));
  return [
    '',
    `${title} is usually owned by: ${owner}. To be sent to them:`,
    ...request.split('\n').map((line) => `  ${line}`),
    ...(install && id !== 'rights' ? ['Or, where that is you: orion-setup prerequisites --install'] : []),
  ];
}

const ranLine = ({ ran }: PrerequisitesReport): string =>
  ran.map(({ command, result }) => `Ran: ${command} (${result}).`).join('\n');
