import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestReport, testReportSchema } from '../../../src/core/report/test-report.ts';
import { only, rendered } from '../../core/manifests/sample-settings.ts';
import { currentBed, until } from '../bed/bed.ts';
import { newHome, orion } from '../orion.ts';
import { removeAlertmanager, startAlertmanager } from './an-alertmanager.ts';

/** A test alert on a real Alertmanager, which calls a real receiver. */
const bed = currentBed();
const namespace = 'orion-staging';
const launcher = fileURLToPath(new URL('../../../bin/orion-setup.cjs', import.meta.url));
const asked = ['test', 'metrics', '-n', namespace, '--alert', '--resolver', bed.resolver];
const consent = ['--yes', '--confirm', namespace, '--confirm', 'bed'];
let address = '';

/** Whoever is on call: what was said to them. */
const calls: string[] = [];
const onCall = createServer(async (request, response) => {
  calls.push(await text(request));
  response.end();
});

beforeAll(async () => {
  onCall.listen(0, '127.0.0.1');
  await once(onCall, 'listening');
  const { port } = onCall.address() as { port: number };
  for (const kind of ['Namespace', 'PrometheusRule'])
    await bed.kubectl('apply --server-side -f -', only(rendered('staging'), kind));
  address = await startAlertmanager(`route:
  receiver: "null"
  group_by: [alertname, run]
  routes:
    - receiver: on-call
      group_wait: 1s
      matchers: ['namespace=~"orion.*"', 'severity="critical"']
receivers:
  - name: "null"
  - name: on-call
    webhook_configs: [{url: "http://127.0.0.1:${port}/"}]
`);
}, 180_000);
afterAll(async () => {
  onCall.close();
  onCall.closeAllConnections();
  await removeAlertmanager();
  await bed.kubectl(`delete namespace ${namespace} --ignore-not-found --timeout=60s`);
});

const held = async (): Promise<readonly { endsAt: string; labels: Record<string, string> }[]> =>
  (await (await fetch(`http://${address}:9093/api/v2/alerts?filter=alertname%3DOrionSetupTestAlert`)).json()) as never;
const alertIn = (report: TestReport) => report.checks.filter(({ id }) => id.startsWith('alert-'));

test('posted, seen at its receiver, who is called while it is left there, and ended; nothing else of the cluster is touched', async () => {
  const mark = bed.auditMark();
  const home = newHome();
  const { stdout, stderr } = await orion([...asked, ...consent, '--wait', '4s', '-o', 'json'], { home });
  expect(stdout, stderr).not.toBe('');
  const report = testReportSchema.parse(JSON.parse(stdout));
  expect(report.alert, stdout).toMatchObject({
    state: 'active',
    receivers: ['on-call'],
    tells: 'somebody',
    ended: true,
    heldSeconds: 4,
  });
  expect(alertIn(report).map(({ state }) => state)).toEqual(['passed', 'passed']);
  const called = await until('the call', async () => calls.find((one) => one.includes(report.alert?.undoId ?? '-')));
  expect(called).toContain('A test by orion-setup: nothing is wrong.');
  expect(await held()).toEqual([]);
  // The alert and its end.
  const written = await bed.writesSince(mark);
  expect(written.map(({ uri }) => uri.replace(/^.*\/proxy/, ''))).toEqual(['/api/v2/alerts', '/api/v2/alerts']);
  const { stdout: history } = await orion(['history'], { home });
  expect(history).toContain('Post a test alert to Alertmanager monitoring/alertmanager-operated');
});

test('with view rights only nothing is posted, and the right that is missing is named', async () => {
  const { code, stdout, stderr } = await orion([...asked, ...consent], { kubeconfig: bed.kubeconfigOf('viewer') });
  const said = stdout + stderr;
  expect([3, 5, 6], said).toContain(code);
  expect(said).toContain('services/proxy');
  expect(await held()).toEqual([]);
});

test('after kill -9 it ends by itself: the alert says when, and so does undo', async () => {
  const home = newHome();
  const { CI: _, ...environment } = process.env;
  const child = spawn(process.execPath, [launcher, ...asked, ...consent, '--wait', '10m'], {
    stdio: 'ignore',
    env: {
      ...environment,
      HOME: home,
      XDG_CONFIG_HOME: `${home}/config`,
      XDG_STATE_HOME: `${home}/state`,
      KUBECONFIG: bed.kubeconfig,
    },
  });
  const closed = once(child, 'close');
  const [alert] = await until(
    'the alert',
    async () => {
      const now = await held();
      return now.length > 0 ? now : undefined;
    },
    60,
  );
  child.kill('SIGKILL');
  await closed;
  const left = new Date(alert?.endsAt ?? '').getTime() - Date.now();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(15 * 60_000);
  const next = await orion(['undo', '--no-input', ...consent], { home });
  expect(next.stdout + next.stderr).toContain('the test alert ends by itself at');
});
