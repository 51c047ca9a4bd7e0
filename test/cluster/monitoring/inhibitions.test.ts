import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { hushes } from '../../../src/core/alerts/inhibition.ts';
import type { Matcher } from '../../../src/core/alerts/route.ts';
import { verifyReportSchema } from '../../../src/core/report/verify-report.ts';
import { inhibitRule, pairOfAlerts } from '../../core/alerts/random-inhibitions.ts';
import { only, rendered } from '../../core/manifests/sample-settings.ts';
import { currentBed, until } from '../bed/bed.ts';
import { orion } from '../orion.ts';
import { reconfigure, removeAlertmanager, startAlertmanager } from './an-alertmanager.ts';

/** What one alert keeps from being told of another: said by verify beforehand, and done by a real Alertmanager. */
const bed = currentBed();
const namespace = 'orion-staging';
let address = '';

type Labels = Readonly<Record<string, string>>;
type Held = {
  readonly labels: Labels;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
};

const telling = `route: {receiver: on-call}
receivers:
  - name: on-call
    webhook_configs: [{url: "http://127.0.0.1:9/"}]
inhibit_rules:`;

beforeAll(async () => {
  for (const kind of ['Namespace', 'PrometheusRule'])
    await bed.kubectl('apply --server-side -f -', only(rendered('staging'), kind));
  address = await startAlertmanager(`${telling} []\n`);
}, 180_000);
afterAll(async () => {
  await removeAlertmanager();
  await bed.kubectl(`delete namespace ${namespace} --ignore-not-found --timeout=60s`);
});

async function post(alerts: readonly { readonly labels: Labels; readonly minutes: number }[]): Promise<void> {
  const [startsAt, ends] = [new Date(Date.now() - 1000), (minutes: number) => new Date(Date.now() + minutes * 60_000)];
  const posted = await fetch(`http://${address}:9093/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts.map(({ labels, minutes }) => ({ labels, startsAt, endsAt: ends(minutes) }))),
  });
  expect(posted.status, await posted.text()).toBe(200);
}
const held = async (): Promise<readonly Held[]> =>
  (await (await fetch(`http://${address}:9093/api/v2/alerts`)).json()) as readonly Held[];
const heldAs = async (name: string): Promise<Held | undefined> =>
  (await held()).find(({ labels }) => labels['alertname'] === name);

async function seen() {
  const args = ['verify', '-n', namespace, '--only', 'monitoring', '--resolver', bed.resolver, '-o', 'json'];
  const { stdout, stderr } = await orion(args);
  if (stdout === '') throw new Error(stderr);
  return verifyReportSchema.parse(JSON.parse(stdout)).before.find(({ id }) => id === 'alerts');
}

const written = (matchers: readonly Matcher[]): readonly string[] =>
  matchers.map(({ label, is, value }) => `${label}${is}${JSON.stringify(value)}`);

const ours = (name: string, severity: string): Labels => ({
  alertname: name,
  severity,
  namespace,
  prometheus: 'monitoring/k8s',
});

/** The same in every run, so that both kinds are always among them. */
const seed = 4711;

test('of a hundred random rules, five hundred pairs of alerts are hushed or not as the real Alertmanager does it', async () => {
  const rules = fc.sample(inhibitRule, { numRuns: 100, seed });
  const sentinel = { source_matchers: ['sentinel="source"'], target_matchers: ['sentinel="target"'] };
  // One configuration: each rule is for the alerts of one label, and each pair for itself.
  const inhibit_rules = rules.map(({ source, target, equal }, place) => ({
    source_matchers: [...written(source), `set="${place}"`],
    target_matchers: [...written(target), `set="${place}"`],
    equal: [...equal, 'pair'],
  }));
  const config = {
    route: { receiver: 'null' },
    receivers: [{ name: 'null' }],
    inhibit_rules: [...inhibit_rules, sentinel],
  };
  await reconfigure(address, stringify(config), 'sentinel="target"');

  const pairs = rules.flatMap((rule, place) =>
    fc.sample(pairOfAlerts, { numRuns: 5, seed: seed + place }).map((both, number) => {
      const [hushed, by] = both.map((labels, side): Labels => {
        const given = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
        const own = { set: `${place}`, pair: `${place}-${number}`, side: side === 0 ? 'hushed' : 'by' };
        return { alertname: 'x', ...given, ...own };
      });
      return { rule, hushed: hushed ?? {}, by: by ?? {} };
    }),
  );
  // Of several sources with the same labels Alertmanager goes by the one that ends last, and by that alone.
  await post(
    pairs.flatMap(({ hushed, by }) => [
      { labels: by, minutes: 20 },
      { labels: hushed, minutes: 10 },
    ]),
  );
  await post(['source', 'target'].map((side) => ({ labels: { alertname: 'last', sentinel: side }, minutes: 10 })));
  const all = await until('the last alert to be hushed', async () => {
    const now = await held();
    const last = now.find(({ labels }) => labels['sentinel'] === 'target');
    return last && last.status.inhibitedBy.length > 0 ? now : undefined;
  });

  const isHushed = new Map(
    all
      .filter(({ labels }) => labels['side'] === 'hushed')
      .map(({ labels, status }) => [labels['pair'], status.inhibitedBy.length > 0]),
  );
  expect(isHushed.size).toBe(500);
  const alert = (labels: Labels) => ({ name: 'x', labels, open: [] });
  const wrong = pairs.flatMap(({ rule, hushed, by }) => {
    const [mine, real] = [hushes(rule, alert(hushed), alert(by)), isHushed.get(hushed['pair'])];
    return (mine === 'yes') === real ? [] : [{ rule, hushed, by, mine, real }];
  });
  expect(wrong).toEqual([]);
  // Both kinds were there.
  expect(
    Math.min(...[true, false].map((is) => [...isHushed.values()].filter((one) => one === is).length)),
  ).toBeGreaterThan(20);
});

describe('the rules that kube-prometheus-stack ships', () => {
  test('hush none of ours, though they hush what is only info', async () => {
    const shipped = `
  - {source_matchers: ['severity = critical'], target_matchers: ['severity =~ warning|info'], equal: [namespace, alertname]}
  - {source_matchers: ['severity = warning'], target_matchers: ['severity = info'], equal: [namespace, alertname]}
  - {source_matchers: ['alertname = InfoInhibitor'], target_matchers: ['severity = info'], equal: [namespace]}
  - {target_matchers: ['alertname = InfoInhibitor']}
`;
    await reconfigure(address, telling + shipped, 'InfoInhibitor');
    const names = ['AuthServiceHighErrorRate', 'AuthServiceHighLatency'];
    await post([
      { labels: ours(names[0] ?? '', 'critical'), minutes: 10 },
      { labels: ours(names[1] ?? '', 'warning'), minutes: 10 },
      { labels: { alertname: 'InfoInhibitor', severity: 'none', namespace }, minutes: 10 },
      { labels: ours('CPUThrottlingHigh', 'info'), minutes: 10 },
    ]);
    const all = await until('the info alert to be hushed', async () =>
      (await heldAs('CPUThrottlingHigh'))?.status.state === 'suppressed' ? await held() : undefined,
    );
    const states = names.map((name) => all.find(({ labels }) => labels['alertname'] === name)?.status);
    expect(states.map((status) => status?.inhibitedBy)).toEqual([[], []]);
    const alerts = await seen();
    expect(alerts?.state).toBe('passed');
    expect(alerts?.saw).not.toContain('inhibit');
  });
});

test('hushed by what always fires: told as that, and the real one holds our alert as inhibited', async () => {
  const rule = `
  - {name: quiet nights, source_matchers: ['alertname = Watchdog'], target_matchers: ['severity = warning'], equal: [prometheus]}
`;
  await reconfigure(address, telling + rule, 'quiet nights');
  const before = await seen();
  expect(before?.state).toBe('passed');
  expect(before?.saw).toMatch(/inhibit rule 1 \("quiet nights"\) hushes AuthServiceHighLatency, .*not there now/);

  const watchdog = { alertname: 'Watchdog', severity: 'none', prometheus: 'monitoring/k8s' };
  await post([
    { labels: watchdog, minutes: 10 },
    { labels: ours('AuthServiceHighLatency', 'warning'), minutes: 10 },
    { labels: ours('AuthServiceHighErrorRate', 'critical'), minutes: 10 },
  ]);
  const hushed = await until('the warning to be hushed', async () => {
    const warning = await heldAs('AuthServiceHighLatency');
    return warning && warning.status.inhibitedBy.length > 0 ? warning : undefined;
  });
  expect(hushed.status.state).toBe('suppressed');
  expect((await heldAs('AuthServiceHighErrorRate'))?.status.inhibitedBy).toEqual([]);
  const after = await seen();
  expect(after?.state).toBe('remarked');
  expect(after?.saw).toMatch(/hushes AuthServiceHighLatency, .* at all times: Watchdog always fires, and does now$/);
  expect(after?.saw).not.toContain('AuthServiceHighErrorRate');
});

test('ours by ours: the condition is told, and while it is met the real one holds the warning as inhibited', async () => {
  const rule = `
  - {source_matchers: ['alertname = AuthServiceHighErrorRate'], target_matchers: ['alertname = AuthServiceHighLatency'], equal: [namespace]}
`;
  await reconfigure(address, telling + rule, 'AuthServiceHighErrorRate');
  const alerts = await seen();
  expect(alerts?.state).toBe('passed');
  expect(alerts?.saw).toContain('inhibit rule 1 hushes AuthServiceHighLatency while AuthServiceHighErrorRate fires');
  await post([
    { labels: ours('AuthServiceHighErrorRate', 'critical'), minutes: 10 },
    { labels: ours('AuthServiceHighLatency', 'warning'), minutes: 10 },
  ]);
  await until('the warning to be hushed', async () =>
    (await heldAs('AuthServiceHighLatency'))?.status.inhibitedBy.length === 1 ? true : undefined,
  );
  // It ends, and the warning is told.
  await post([{ labels: ours('AuthServiceHighErrorRate', 'critical'), minutes: -0.001 }]);
  await until('the warning to be told', async () =>
    (await heldAs('AuthServiceHighLatency'))?.status.inhibitedBy.length === 0 ? true : undefined,
  );
});
