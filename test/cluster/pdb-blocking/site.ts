import { expect } from 'vitest';
import type { RunbookReport } from '../../../src/core/report/runbook-report.ts';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { keepEvidence } from '../keep-evidence.ts';
import { orion } from '../orion.ts';
import { podSpec } from '../sample-objects.ts';

const bed = currentBed();

/** A Deployment with its budget, in a namespace of its own. */
export type Site = { readonly namespace: string };

type Differs = {
  readonly replicas?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly pod?: object;
  readonly strategy?: object;
  readonly budget?: object | null;
};

export const deploymentOf = (
  namespace: string,
  name: string,
  { replicas = 3, labels = { app: name }, annotations = {}, pod = {}, strategy }: Differs = {},
) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    ...(strategy ? { strategy } : {}),
    template: { metadata: { labels, annotations }, spec: { ...podSpec(), ...pod } },
  },
});

export const budgetOver = (namespace: string, name: string, spec: object) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace },
  spec: { selector: { matchLabels: { app: 'auth-service' } }, ...spec },
});

/** auth-service, rolled out and counted by its budget; sound with `minAvailable: 1` unless a test says otherwise. */
export async function newSite(prefix: string, differs: Differs = {}): Promise<Site> {
  const namespace = await bed.namespace(prefix);
  await bed.kubectl('apply -f -', deploymentOf(namespace, 'auth-service', differs));
  await rolledOut({ namespace });
  if (differs.budget !== null) {
    await bed.kubectl('apply -f -', budgetOver(namespace, 'auth-service-pdb', differs.budget ?? { minAvailable: 1 }));
    await until('the budget to be counted', async () => {
      const { metadata, status } = await budget({ namespace });
      return status?.conditions &&
        (status.observedGeneration === metadata.generation || status.observedGeneration === undefined)
        ? true
        : undefined;
    });
  }
  return { namespace };
}

export async function rolledOut({ namespace }: Site, name = 'auth-service'): Promise<void> {
  await until(`${name} to be rolled out`, async () => {
    const { metadata, spec, status } = await bed.api.get(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`);
    const isDone =
      status.observedGeneration === metadata.generation &&
      ['replicas', 'updatedReplicas', 'availableReplicas'].every((count) => (status[count] ?? 0) === spec.replicas);
    return isDone ? true : undefined;
  });
}

/** Until its controller has looked at what is written there now. */
export async function observed(what: string, read: () => Promise<Json>): Promise<void> {
  await until(`${what} to be looked at by its controller`, async () => {
    const { metadata, status } = await read();
    return status?.observedGeneration === metadata.generation ? true : undefined;
  });
}

export const budget = ({ namespace }: Site, name = 'auth-service-pdb'): Promise<Json> =>
  bed.api.get(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}`);

export async function podsOf({ namespace }: Site, app = 'auth-service'): Promise<readonly Json[]> {
  const { items } = await bed.api.get(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`);
  return items;
}

export const patched = ({ namespace }: Site, object: string, patch: object) =>
  bed.kubectl(['-n', namespace, 'patch', object, '--type', 'merge', '-p', JSON.stringify(patch)]);

type Options = { readonly home?: string; readonly kubeconfig?: string; readonly more?: readonly string[] };

export async function diagnosed({ namespace }: Site, { more = [], ...place }: Options = {}) {
  const said = await orion(['runbook', 'pdb-blocking', '-n', namespace, '-o', 'json', ...more], place);
  if (said.stdout === '') throw new Error(`no report (exit ${said.code}): ${said.stderr}`);
  const report = JSON.parse(said.stdout) as RunbookReport & { kind: string; message?: string };
  if (report.kind !== 'RunbookReport') throw new Error(`exit ${said.code}: ${report.message}`);
  return { code: said.code, report, stderr: said.stderr };
}

/** Looks until a root cause is named, which must be exactly these: anything else named on the way is a wrong blame. */
export async function namesExactly(site: Site, codes: readonly string[], seconds = 20) {
  let last = '';
  const found = await until(
    `the roots ${codes.join(', ')}`,
    async () => {
      const seen = await diagnosed(site);
      last = JSON.stringify(seen.report, null, 2);
      return seen.report.rootCauses.length > 0 ? seen : undefined;
    },
    seconds,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; last report: ${last}`);
  });
  expect(found.report.rootCauses, last).toEqual(codes);
  expect(found.code).toBe(3);
  await keepEvidence(codes.join('-and-'), ['runbook', 'pdb-blocking', '-n', site.namespace]);
  return found;
}

/** Looks until the outcome is this; a root cause named on the way is a wrong blame. */
export async function comesTo(
  site: Site,
  outcome: string,
  { seconds, ...options }: Options & { readonly seconds?: number } = {},
) {
  let last = '';
  const seen = await until(
    `the outcome ${outcome}`,
    async () => {
      const now = await diagnosed(site, options);
      last = JSON.stringify(now.report, null, 2);
      return now.report.outcome === outcome || now.report.rootCauses.length > 0 ? now : undefined;
    },
    seconds,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; last report: ${last}`);
  });
  // Judged here: what fails within a probe is only asked again.
  expect(seen.report.rootCauses, last).toEqual([]);
  return seen;
}

/** Consent as the command line gives it without a profile: namespace and context. */
const consent = ({ namespace }: Site): readonly string[] => ['--yes', '--confirm', namespace, '--confirm', 'bed'];

/** Mended by --fix and proved, then taken back by undo. */
export async function mendedAndUndone(site: Site, home: string, remedy: string): Promise<void> {
  const mended = await diagnosed(site, { home, more: ['--fix', ...consent(site)] });
  const told = JSON.stringify(mended.report, null, 2);
  expect(mended.report.remediation, told).toMatchObject({ remedy, applied: true, verified: true });
  expect(mended.code, told).toBe(0);
  const undone = await orion(['undo', ...consent(site)], { home });
  expect(undone.code, undone.stderr).toBe(0);
}
