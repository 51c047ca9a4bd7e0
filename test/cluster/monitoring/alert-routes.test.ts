import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Matcher, type Route, reached } from '../../../src/core/alerts/route.ts';
import { type VerifyReport, verifyReportSchema } from '../../../src/core/report/verify-report.ts';
import { labelsOfAlert, routingTree } from '../../core/alerts/random-routes.ts';
import { only, rendered } from '../../core/manifests/sample-settings.ts';
import { currentBed, until } from '../bed/bed.ts';
import { orion } from '../orion.ts';
import { reconfigure, removeAlertmanager, routesTo, secretInConfig, startAlertmanager } from './an-alertmanager.ts';

/** From a rule to whoever is told, on a real Prometheus and a real Alertmanager. */
const bed = currentBed();
const namespace = 'orion-staging';
let address = '';

beforeAll(async () => {
  for (const kind of ['Namespace', 'PrometheusRule'])
    await bed.kubectl('apply --server-side -f -', only(rendered('staging'), kind));
  address = await startAlertmanager(routesTo('on-call'));
}, 180_000);
afterAll(async () => {
  await removeAlertmanager();
  await bed.kubectl(`delete namespace ${namespace} --ignore-not-found --timeout=60s`);
});

async function verified(kubeconfig = bed.kubeconfig): Promise<{ text: string; report: VerifyReport }> {
  const args = ['verify', '-n', namespace, '--only', 'monitoring', '--resolver', bed.resolver, '-o', 'json'];
  const { stdout, stderr } = await orion(args, { kubeconfig });
  if (stdout === '') throw new Error(stderr);
  return { text: stdout, report: verifyReportSchema.parse(JSON.parse(stdout)) };
}
const alertsIn = ({ before }: VerifyReport) => before.find(({ id }) => id === 'alerts');

test('an alert reaches somebody: said with the Prometheus, the Alertmanager and the receiver, and nothing else of its settings', async () => {
  const { report, text } = await verified();
  expect(alertsIn(report)).toMatchObject({
    state: 'passed',
    saw: 'Prometheus monitoring/k8s takes the rules, and Alertmanager monitoring/alertmanager-operated tells "on-call"',
  });
  expect(text).not.toContain(secretInConfig);
});

test('with view rights only it could not be looked at, with the right that is missing', async () => {
  const { report } = await verified(bed.kubeconfigOf('viewer'));
  expect(alertsIn(report)?.state).toBe('not-looked');
  expect(report.before.find(({ id }) => id === 'rights')?.saw).toContain('services/proxy');
});

test('a route that ends at null tells nobody, and that is said', async () => {
  await reconfigure(address, routesTo('null'), '- receiver: "null"');
  expect(alertsIn((await verified()).report)).toMatchObject({
    state: 'remarked',
    saw: 'in Alertmanager monitoring/alertmanager-operated every alert ends at "null", which tells nobody',
  });
});

test('rules that nobody selects never fire, and that is said', async () => {
  await bed.kubectl(`-n ${namespace} label prometheusrule auth-service-alerts release=another --overwrite`);
  const alerts = alertsIn((await verified()).report);
  expect(alerts?.state).toBe('remarked');
  expect(alerts?.saw).toContain(
    'No Prometheus takes our PrometheusRule: Prometheus monitoring/k8s has spec.ruleSelector',
  );
  await bed.kubectl(
    `-n ${namespace} label prometheusrule auth-service-alerts release=kube-prometheus-stack --overwrite`,
  );
});

/** As a configuration writes it. */
const written = ({ receiver, matchers, continue: goesOn, routes }: Route): object => ({
  receiver,
  matchers: matchers.map(({ label, is, value }: Matcher) => `${label}${is}${JSON.stringify(value)}`),
  continue: goesOn,
  routes: routes.map(written),
});

/** The same in every run. */
const seed = 4711;

test('of sixty random trees, three hundred alerts go where the real Alertmanager sends them', async () => {
  const trees = fc.sample(routingTree, { numRuns: 60, seed });
  const receivers = ['null', 'one', 'two', 'three', 'four', 'on-call'].map((name) => ({ name }));
  // One configuration: each tree is taken by a label of its own.
  const routes = trees.map(
    (tree, place) => ({ ...tree, matchers: [{ label: 'tree', is: '=', value: `${place}` }] }) as Route,
  );
  const root: Route = { receiver: 'on-call', matchers: [], continue: false, timed: false, routes };
  await reconfigure(address, stringify({ route: written(root), receivers }), 'tree="59"');

  const alerts = trees.flatMap((_, place) =>
    fc.sample(labelsOfAlert, { numRuns: 5, seed: seed + place }).map((labels, number) => {
      const { alertname = '', ...others } = labels;
      const held = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== ''));
      return { ...held, alertname: alertname || 'x', tree: `${place}`, number: `${number}` };
    }),
  );
  const endsAt = new Date(Date.now() + 600_000).toISOString();
  const posted = await fetch(`http://${address}:9093/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts.map((labels) => ({ labels, endsAt }))),
  });
  expect(posted.status, await posted.text()).toBe(200);
  const held = await until('the alerts', async () => {
    const all = (await (await fetch(`http://${address}:9093/api/v2/alerts`)).json()) as readonly {
      labels: Record<string, string>;
      receivers: readonly { name: string }[];
    }[];
    const ours = all.filter(({ labels }) => labels['tree'] !== undefined);
    return ours.length === alerts.length ? ours : undefined;
  });
  const wrong = held.flatMap(({ labels, receivers: told }) => {
    const mine = reached(root, { name: 'x', labels, open: [] }).routes.map(({ receiver }) => receiver);
    const real = told.map(({ name }) => name);
    return JSON.stringify(mine) === JSON.stringify(real) ? [] : [{ labels, mine, real }];
  });
  expect(wrong).toEqual([]);
});
