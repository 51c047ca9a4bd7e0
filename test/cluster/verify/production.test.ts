import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyReportSchema } from '../../../src/core/report/verify-report.ts';
import { currentBed, until } from '../bed/bed.ts';
import { command, consentTo, deployReportOf, errorOf } from '../deploy/pipeline.ts';
import { writtenTree } from '../deploy/written-tree.ts';
import { emptyCluster, type Installation } from '../setup/installation.ts';

/** Production as it is first brought up: held back until staging has passed with the same, then let in, and all points green. */
const bed = currentBed();

let pipeline: Installation;
beforeAll(async () => {
  await emptyCluster();
  await bed.prometheus.start();
  pipeline = await writtenTree();
}, 60_000);
const allowed = 'Strict-Transport-Security,X-Frame-Options,X-Content-Type-Options,Referrer-Policy,Permissions-Policy';
/** What the ingress controller lets an Ingress add to its answers: the platform's to say, and nothing that a deploy brings. */
const allowHeaders = (names: string | null) =>
  bed.kubectl('apply -f -', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'ingress-nginx-controller', namespace: 'ingress-nginx' },
    data: names === null ? {} : { 'global-allowed-response-headers': names },
  });
afterAll(async () => {
  await allowHeaders(null);
  await emptyCluster();
});

test('before staging has passed it is held back, and nothing is written: 6', async () => {
  const mark = bed.auditMark();
  const ran = await command(pipeline, 'deploy production -o json', consentTo('production'));
  expect(ran.code, ran.stdout).toBe(6);
  expect(errorOf(ran).message).toContain('Production comes after staging');
  expect(await bed.writesSince(mark)).toEqual([]);
});

test('once staging has passed it is let in, and verified: 0', async () => {
  const staging = await command(pipeline, 'deploy staging -o json', consentTo('staging'));
  expect(staging.code, staging.stdout + staging.stderr).toBe(0);
  const ran = await command(pipeline, 'deploy production -o json', consentTo('production'));
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(deployReportOf(ran)).toMatchObject({ outcome: 'healthy', gate: { state: 'passed' }, overridden: null });
});

test('as long as the platform does not allow the headers, that is what is red, and nothing else: 3', async () => {
  const ran = await command(pipeline, 'verify production -o json');
  const { points } = verifyReportSchema.parse(JSON.parse(ran.stdout));
  expect(ran.code, ran.stdout).toBe(3);
  const red = points.filter(({ state }) => state === 'failed');
  expect(red).toEqual([expect.objectContaining({ id: 'https', saw: expect.stringContaining('X-Frame-Options') })]);
});

test('all thirteen points of production are green: 0', async () => {
  await allowHeaders(allowed);
  let last = '';
  const report = await until(
    'production to be all green',
    async () => {
      const ran = await command(pipeline, 'verify production -o json');
      const seen = verifyReportSchema.parse(JSON.parse(ran.stdout));
      last = seen.points
        .filter(({ state }) => state !== 'passed')
        .map(({ id, state, saw }) => `${id} ${state}: ${saw}`)
        .join('\n');
      return ran.code === 0 ? seen : undefined;
    },
    60,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${last}`);
  });
  expect(report).toMatchObject({ environment: 'production', outcome: 'healthy', coverage: { notLooked: [] } });
  expect(report.points).toHaveLength(13);
  expect(report.points.filter(({ state }) => state !== 'passed')).toEqual([]);
  // The stand-in for Let's Encrypt's production served it, under its own address.
  const { spec } = await bed.api.get('/apis/cert-manager.io/v1/clusterissuers/letsencrypt-prod');
  expect(spec.acme.server).toBe('https://acme-v02.api.letsencrypt.org/directory');
});
