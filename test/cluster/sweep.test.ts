import { beforeAll, expect, test } from 'vitest';
import { runbookReportListSchema } from '../../src/core/report/runbook-report-list.ts';
import { sweepReportSchema } from '../../src/core/report/sweep-report.ts';
import { currentBed } from './bed/bed.ts';
import { ask, issued, newSite, type Site } from './cert-pending/site.ts';
import { orion } from './orion.ts';

/** All namespaces at once, and all runbooks at once, on the real API server: what is broken anywhere is found, and nothing is changed. */
const bed = currentBed();

let sound: Site;
let broken: Site;
beforeAll(async () => {
  sound = await newSite('sound');
  await ask(sound);
  await issued(sound);
  broken = await newSite('broken');
  await ask(broken, { issuerRef: { kind: 'ClusterIssuer', name: 'nobody' } });
});

const sweep = async (kubeconfig = bed.kubeconfig) => {
  const said = await orion(['runbook', 'cert-pending', '-A', '-o', 'json', '--resolver', bed.resolver], { kubeconfig });
  return { code: said.code, report: sweepReportSchema.parse(JSON.parse(said.stdout)) };
};
const of = ({ namespace }: Site) => expect.objectContaining({ object: expect.objectContaining({ namespace }) });

/** Runs it, and sees in the audit log that nothing was changed by anybody but the controllers. */
async function changingNothing<T>(work: () => Promise<T>): Promise<T> {
  const mark = bed.auditMark();
  const result = await work();
  expect(await bed.writesSince(mark)).toEqual([]);
  return result;
}

test('a sweep names what is broken, and not what is sound', async () => {
  const { code, report } = await changingNothing(sweep);
  expect(code).toBe(3);
  expect(report.items).toContainEqual(of(broken));
  expect(report.items).not.toContainEqual(of(sound));
  expect(report.items.find(({ object }) => object.namespace === broken.namespace)?.rootCauses).toEqual([
    'issuer-not-found',
  ]);
});

test('whoever may see only the sound one is not told that all is well', async () => {
  const { code, report } = await sweep(await bed.userWith([]));
  expect(code).toBe(5);
  expect(report.coverage.notLooked.map(({ needs }) => needs)).toContain('list namespaces');
});

test('without a name all runbooks look, and which applies is said', async () => {
  const said = await orion(['runbook', '-n', broken.namespace, '-o', 'json', '--resolver', bed.resolver]);
  const list = runbookReportListSchema.parse(JSON.parse(said.stdout));
  expect(said.code).toBe(3);
  expect(list.applies).toContain('cert-pending');
  expect(list.items[0]?.rootCauses).toEqual(['issuer-not-found']);
});
