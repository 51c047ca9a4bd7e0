import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import { newHome, orion } from '../orion.ts';
import { deployment } from '../sample-objects.ts';
import { becomesHealthy, consent, metricsReport, monitored, monitorOf, namesExactly } from './monitored.ts';

/** What the operator itself gets wrong, with real operators. */
const bed = currentBed();
const port = 3001;

beforeAll(async () => {
  await bed.prometheus.start();
});

/** Changes of namespaces so big that the operator is busy reading them when the ServiceMonitor comes, by a stream of its own. */
async function manyBigChanges(): Promise<() => Promise<unknown>> {
  const path = `/api/v1/namespaces/${await bed.namespace('big')}`;
  const annotated = (bulk: string | null) => bed.api.mergePatch(path, { metadata: { annotations: { bulk } } });
  for (let count = 0; count < 24; count += 1) await annotated(`${count} ${'x'.repeat(250_000)}`);
  return () => annotated(null);
}

test('sm-change-missed: heard of before its namespace, and never again until it is touched', async () => {
  onTestFinished(() => bed.signal('prometheus-operator', 'SIGCONT'));
  await bed.signal('prometheus-operator', 'SIGSTOP');
  const undoBigChanges = await manyBigChanges();
  const namespace = await monitored('missed', { port });
  await bed.signal('prometheus-operator', 'SIGCONT');
  await undoBigChanges();
  const report = await namesExactly(namespace, 'sm-change-missed');
  expect(report.findings[0]?.evidence[0]?.saw).toContain(`namespace \\"${namespace}\\" does not exist`);
  const home = newHome();
  const mended = await metricsReport(namespace, ['--fix', ...consent(namespace)], home);
  expect(mended.report.remediation).toMatchObject({ applied: true, verified: true });
  expect(mended.code).toBe(0);
  const undone = await orion(['undo', ...consent(namespace)], { home });
  expect(undone.code, undone.stderr).toBe(0);
  expect((await monitorOf(namespace)).metadata.labels ?? {}).not.toHaveProperty('orion-setup/touched');
  await becomesHealthy(namespace);
});

test('multiple-operators: one takes out what the other writes', async () => {
  const namespace = await monitored('two-operators', { port });
  await becomesHealthy(namespace);
  const home = await bed.namespace('second-operator');
  const flags = { 'deny-namespaces': namespace };
  const made = deployment(home, 'second-operator', 1);
  const [container] = made.spec.template.spec.containers;
  Object.assign(container ?? {}, {
    image: 'quay.io/prometheus-operator/prometheus-operator:v0.85.0',
    args: [`--deny-namespaces=${namespace}`],
  });
  await bed.api.create(`/apis/apps/v1/namespaces/${home}/deployments`, made);
  onTestFinished(() => bed.secondOperator.stop());
  await bed.secondOperator.start(flags);
  const report = await namesExactly(namespace, 'multiple-operators');
  expect(report.findings[0]?.because).toContain('second-operator');
  expect(report.findings[0]?.remedies.every(({ automatic }) => automatic === 'no')).toBe(true);
  await bed.secondOperator.stop();
  await bed.kubectl(`-n ${home} delete deployment second-operator`);
  // Whoever wrote last, the one that stays writes again once something changes.
  await bed.kubectl(`-n ${namespace} label servicemonitor auth-service-monitor touched=once`);
  await becomesHealthy(namespace);
  await until('one operator', async () => {
    const { report: last } = await metricsReport(namespace);
    return last.rootCauses.length === 0 || undefined;
  });
});
