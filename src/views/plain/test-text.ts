import type { TestReport } from '../../core/report/test-report.ts';

type Check = TestReport['checks'][number];

const titles: Readonly<Record<TestReport['test'], string>> = {
  metrics: 'Metrics',
  pdb: 'Evictions under the budget',
  certificate: 'Certificate',
  ingress: 'Ingress, as a client sees it',
};
const words: Readonly<Record<Check['state'], string>> = {
  passed: 'Passed',
  failed: 'Failed',
  waiting: 'Waiting',
  note: 'Note',
  'not-looked': 'Could not look',
};

/** The report of a testing procedure in lines that also read well aloud. */
export function testText(report: TestReport): string {
  const { target, test, drain } = report;
  return [
    `${titles[test]}. Namespace ${target.namespace}, context ${target.context}, seen from ${report.seenFrom}.`,
    ...(drain ? drainLines(drain) : []),
    ...report.checks.flatMap((check) => checkLines(check, target.namespace)),
    ...factLines(report),
    headline(report),
    '',
  ].join('\n');
}

/** What was seen beside the checks: certificates, addresses, targets, evictions, budgets. */
export function factLines(report: TestReport): readonly string[] {
  return [
    ...certificateLines(report),
    ...addressLines(report),
    ...scrapeLines(report),
    ...tableLines(
      'Evictions, tried and not done:',
      report.evictions?.map(({ pod, node, ready, answer, code, detail }) => [
        pod,
        node === '' ? 'on no node' : `on ${node}`,
        ready ? 'ready' : 'not ready',
        answer === 'not-looked' ? 'could not be tried' : `${answer} (${code})`,
        detail,
      ]),
    ),
    ...tableLines(
      'Budgets:',
      report.budgets?.map(({ name, sum }) => [name, sum]),
    ),
  ];
}

function headline({ outcome, checks, apiRequests, drain, alert }: TestReport): string {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const said = {
    healthy: 'All is well.',
    waiting: 'Waiting: nothing is wrong, it is not done yet.',
    problem: 'A problem was found.',
    incomplete: 'Incomplete: something that matters could not be looked at.',
  }[outcome];
  const changed = drain || alert ? '' : ' Nothing was changed.';
  return `${said} ${count('passed')} of ${checks.length} passed, ${count('failed')} failed, ${count('not-looked')} not looked at; ${apiRequests} API requests.${changed}`;
}

function checkLines(
  { state, title, saw, expected, object, path, needs, runbook }: Check,
  namespace: string,
): readonly string[] {
  const isGood = state === 'passed' || state === 'note';
  return [
    `${words[state]}: ${title}: ${saw.replace(/\.$/, '')}.${isGood ? '' : ` Expected: ${expected}.`}`,
    ...(!isGood && object !== null ? [`  at ${object}${path === null ? '' : ` ${path}`}`] : []),
    ...(needs === null ? [] : [`  needs: ${needs}`]),
    ...(!isGood && runbook !== null ? [`  orion-setup runbook ${runbook} -n ${namespace}`] : []),
  ];
}

function certificateLines({ certificates = [] }: TestReport): readonly string[] {
  return certificates.flatMap(({ where, daysLeft, chain }) => [
    `Certificate, ${where}, ${daysLeft} days left:`,
    ...chain.flatMap(({ subject, issuer, serial, names, notBefore, notAfter, key, fingerprint }, place) => [
      `  ${place + 1}. ${subject}, issued by ${issuer}`,
      `     valid ${notBefore} to ${notAfter}, key ${key}, serial ${serial}`,
      ...(names.length > 0 ? [`     names ${names.join(', ')}`] : []),
      `     SHA-256 ${fingerprint}`,
    ]),
  ]);
}

function addressLines({ addresses = [] }: TestReport): readonly string[] {
  return addresses.flatMap(({ address, family, http, https, headers, versions }) => [
    `${address} (${family}):`,
    `  HTTP ${http.status ?? http.detail}${http.location === null ? '' : ` to ${http.location}`}; HTTPS ${https.status ?? https.detail}`,
    `  ${Object.entries(versions)
      .map(([version, state]) => `${version} ${state}`)
      .join(', ')}`,
    ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`),
  ]);
}

function scrapeLines({ scrape }: TestReport): readonly string[] {
  return tableLines(
    'Targets:',
    scrape?.targets.map(({ pod, url, health, lastError, lastScrape }) => [
      pod,
      url,
      health,
      lastError || `last scraped ${lastScrape}`,
    ]),
  );
}

function drainLines({
  node,
  scope,
  evicted,
  ready,
  probes,
  stopped,
  uncordoned,
  undoId,
}: NonNullable<TestReport['drain']>): readonly string[] {
  const share = probes.share === null ? 'none' : `${Math.floor(probes.share * 100_000) / 1000} %`;
  return [
    `Drained ${node}: ${scope === 'own-pods' ? "only the pods of the service's budgets" : 'all that a drain touches'}. Change ${undoId}.`,
    ...evicted.map(
      ({ pod, result, seconds }) => `  ${pod}: ${result}${seconds === null ? '' : `, replaced after ${seconds} s`}`,
    ),
    `Ready pods: ${ready.before} before, ${ready.lowest} at the lowest; ${ready.wanted} must stay.`,
    `HTTPS probes: ${probes.answered} of ${probes.sent} answered (${share}), target 99.9 %, ${probes.url}.`,
    ...probes.failures.map((line) => `  ${line}`),
    ...(stopped === null ? [] : [`Ended early: ${stopped}.`]),
    uncordoned ? `${node} takes pods again.` : `${node} is still cordoned: kubectl uncordon ${node}`,
  ];
}

/** Rows under a heading, each column as wide as it needs; empty cells at the end are left out. */
function tableLines(heading: string, rows: readonly (readonly string[])[] | undefined): readonly string[] {
  if (!rows || rows.length === 0) return [];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [
    heading,
    ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()),
  ];
}
