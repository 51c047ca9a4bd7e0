import { beforeAll, expect, test } from 'vitest';
import { sweepReportSchema } from '../../../src/core/report/sweep-report.ts';
import { currentBed } from '../bed/bed.ts';
import { ask, issued, newSite as newCertificate } from '../cert-pending/site.ts';
import { newHome, orion } from '../orion.ts';
import { newSite as newWorkload } from '../pdb-blocking/site.ts';
import { becomesHealthy, monitored } from '../prometheus-not-scraping/monitored.ts';
import { isInDoubt } from './in-doubt.ts';
import { type AtomicRule, type Holder, holderOf, told } from './printed-roles.ts';
import { unnamed } from './unnamed.ts';

/** `runbook -A` by somebody who has the printed Roles and nothing else: it sees what the administrator sees, and none of them is too much. */
const bed = currentBed();

let holder: Holder;
beforeAll(async () => {
  await bed.prometheus.start();
  const [certificate, monitor] = await Promise.all([
    newCertificate('sweep-cert'),
    monitored('sweep-prom', { port: 3001 }),
    newWorkload('sweep-pdb'),
  ]);
  await ask(certificate);
  await Promise.all([issued(certificate), becomesHealthy(monitor)]);
  holder = await holderOf('runbook', '-A');
}, 120_000);

const words = ['runbook', '-A', '-o', 'json', '--resolver', bed.resolver];
const swept = async (kubeconfig: string) => {
  const said = await orion(words, { kubeconfig });
  if (said.stdout === '') throw new Error(`exit ${said.code}: ${said.stderr}`);
  const { coverage, counts, items } = sweepReportSchema.parse(JSON.parse(said.stdout));
  return { coverage, counts, items: items.map(({ object, outcome, rootCauses }) => ({ object, outcome, rootCauses })) };
};

test('with the printed Roles it sees all that the administrator sees', async () => {
  const [all, mine] = [await swept(bed.kubeconfig), await swept(holder.kubeconfig)];
  expect(mine.coverage.notLooked).toEqual([]);
  expect(mine).toEqual(all);
});

test('without any one of their rules something is not looked at, and the rule is named', async () => {
  const without = (rule: AtomicRule) => !isInDoubt(rule);
  // Without the list of namespaces only one's own is looked at; without its objects no runbook begins.
  const hidesOthers = [
    ...['list namespaces', 'list certificates', 'list deployments', 'list servicemonitors', 'list pods'],
    ...['get pods/proxy', 'list poddisruptionbudgets', 'list prometheuses', 'list services'],
  ];
  const wrong = await unnamed(holder.rules, { without, hidesOthers }, (as) =>
    orion([...words, '--as', as], { home: newHome(), kubeconfig: bed.kubeconfig }),
  );
  expect(wrong).toEqual([]);
  expect(holder.rules.filter(without).map(told).length).toBeGreaterThan(15);
});
