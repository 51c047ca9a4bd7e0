import { type TestReport, testReportSchema } from '../../../src/core/report/test-report.ts';
import { currentBed } from '../bed/bed.ts';
import { ask, issued, newSite as newCertificateSite, type Site } from '../cert-pending/site.ts';
import { orion, type Said } from '../orion.ts';
import { budgetOver, deploymentOf, rolledOut } from '../pdb-blocking/site.ts';
import { selected } from '../prometheus-not-scraping/monitored.ts';
import { service } from '../sample-objects.ts';

const bed = currentBed();

/** The service as a whole: pods under a budget behind an Ingress with a real certificate, scraped by Prometheus. */
export async function newService(prefix: string, { budget = { minAvailable: 1 } as object } = {}): Promise<Site> {
  const site = await newCertificateSite(prefix);
  const { namespace } = site;
  const labels = { app: 'auth-service' };
  const made = service(namespace, 'auth-service');
  const monitor = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: 'auth-service-monitor', namespace, labels: selected },
    spec: {
      selector: { matchLabels: labels },
      // All scrapes are to go well, on a machine that is loaded too: none is given up before 5 s.
      endpoints: [{ port: 'http', path: '/metrics', interval: '5s', scrapeTimeout: '5s' }],
    },
  };
  const items = [
    deploymentOf(namespace, 'auth-service'),
    { ...made, metadata: { ...made.metadata, labels } },
    budgetOver(namespace, 'auth-service-pdb', budget),
    monitor,
  ];
  await bed.kubectl('apply -f -', { apiVersion: 'v1', kind: 'List', items });
  await Promise.all([rolledOut(site), ask(site).then(() => issued(site))]);
  return site;
}

type Options = { readonly home?: string; readonly kubeconfig?: string };

export const testArgs = ({ namespace }: Site, test: string, more: readonly string[] = []): readonly string[] => [
  ...['test', test, '-n', namespace, '--resolver', bed.resolver, '-o', 'json'],
  ...more,
];

/** Consent as the command line gives it without a profile: namespace and context. */
export const consent = ({ namespace }: Site): readonly string[] => [
  '--yes',
  '--confirm',
  namespace,
  '--confirm',
  'bed',
];

export function reportIn({
  stdout,
  stderr,
  code,
}: Pick<Said, 'stdout' | 'stderr'> & { readonly code: number | null }): TestReport {
  if (stdout === '') throw new Error(`no report (exit ${code}): ${stderr}`);
  const document = JSON.parse(stdout);
  if (document.kind === 'Error') throw new Error(`exit ${code}: ${document.message}`);
  return testReportSchema.parse(document);
}

/** The report of a testing procedure, as JSON. */
export async function tested(site: Site, test: string, more: readonly string[] = [], options: Options = {}) {
  const said = await orion(testArgs(site, test, more), options);
  return { code: said.code, report: reportIn(said), stderr: said.stderr };
}

/** How a check came out, by the beginning of its id. */
export function checked({ checks }: TestReport, id: string): TestReport['checks'][number] {
  const found = checks.find((check) => check.id === id || check.id.startsWith(`${id} `));
  if (!found) throw new Error(`there is no check ${id}: ${checks.map((check) => check.id).join(', ')}`);
  return found;
}

export const notPassed = ({ checks }: TestReport): readonly string[] =>
  checks.filter(({ state }) => state !== 'passed').map(({ id, state, saw }) => `${state} ${id}: ${saw}`);
