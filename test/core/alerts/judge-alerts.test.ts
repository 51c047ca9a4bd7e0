import { describe, expect, test } from 'vitest';
import type { Fetched } from '../../../src/core/fetched.ts';
import { listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type Look, nameOf } from '../../../src/core/look.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import { points } from '../../../src/core/verify/points.ts';
import { verify } from '../../../src/engine/verify.ts';
import { type Ground, lookerOn, soundGround, subjectOf } from '../verify/sound-cluster.ts';

/** What verify says of the way of an alert, beside its thirteen points. */
const ground = soundGround();
const signal = AbortSignal.timeout(60_000);
const monitoring = points.filter(({ id }) => id === 'monitoring');

async function seenOn(
  changed: Partial<Ground>,
  refused: (look: Look) => Fetched<never> | undefined = () => undefined,
  chosen = monitoring,
) {
  const look = lookerOn({ ...ground, ...changed });
  const asked: string[] = [];
  const verification = await verify(
    { runbooks: [], points: chosen },
    subjectOf(),
    async (item, until) => {
      asked.push(nameOf(item));
      return refused(item) ?? (await look(item, until));
    },
    ground.now,
    signal,
  );
  return { ...verification, asked };
}

const changed = (kind: string, change: (spec: Record<string, unknown>) => object): Partial<Ground> => ({
  objects: ground.objects.map((object) =>
    object.kind === kind ? { ...object, spec: change(object['spec'] as Record<string, unknown>) } : object,
  ),
});
const without = (kind: string): Partial<Ground> => ({ objects: ground.objects.filter((one) => one.kind !== kind) });
const withRoutes = (config: string): Partial<Ground> => ({
  world: { ...ground.world, alertmanager: { answers: true, config } },
});
const forbidden = { ok: false, why: 'forbidden', detail: 'may not', needs: 'get services/proxy x in y' } as const;

test('all six alerts reach somebody: by which Prometheus, which Alertmanager, whom', async () => {
  const { alerts } = await seenOn({});
  expect(alerts?.state).toBe('passed');
  expect(alerts?.saw).toBe(
    'Prometheus monitoring/kube-prometheus-stack-prometheus takes the rules, and Alertmanager monitoring/alertmanager-operated tells "orion-on-call"',
  );
  expect(alerts?.deliveries.map(({ alert }) => alert)).toEqual(
    alertNames(shippedBase.find(({ kind }) => kind === 'PrometheusRule')),
  );
});

const alertNames = (rule: KubernetesObject | undefined): readonly string[] =>
  listAt(rule, 'spec.groups')
    .flatMap((group) => listAt(group, 'rules'))
    .flatMap((one) => textAt(one, 'alert') ?? []);

test.each<[string, Partial<Ground>, RegExp]>([
  ['the rules are not there', without('PrometheusRule'), /no PrometheusRule in orion-staging/],
  [
    'nobody takes them',
    changed('Prometheus', (spec) => ({ ...spec, ruleSelector: { matchLabels: { a: 'b' } } })),
    /No Prometheus takes our PrometheusRule.*ruleSelector/,
  ],
  [
    'Prometheus knows no Alertmanager',
    changed('Prometheus', ({ alerting: _, ...spec }) => spec),
    /sends to no Alertmanager/,
  ],
  [
    'there is none',
    { world: { ...ground.world, alertmanager: { ...ground.world.alertmanager, answers: false } } },
    /sends to no Alertmanager/,
  ],
  [
    'its route is null',
    withRoutes('route: {receiver: "null"}\nreceivers: [{name: "null"}]'),
    /every alert ends at "null", which tells nobody/,
  ],
  [
    'a receiver by another name that tells nobody',
    withRoutes('route: {receiver: later}\nreceivers: [{name: later}]'),
    /every alert ends at "later"/,
  ],
  [
    'only what is critical is told',
    withRoutes(
      'route: {receiver: "null", routes: [{receiver: a, matchers: [severity="critical"]}]}\nreceivers: [{name: "null"}, {name: a, slack_configs: [{}]}]',
    ),
    /AuthServiceHighLatency, AuthServicePodRestarts, AuthServiceHighMemory, AuthCertificateExpiryUnknown end at "null"/,
  ],
  [
    'a label decides that nobody knows beforehand',
    withRoutes(
      'route: {receiver: "null", routes: [{receiver: a, matchers: [pod=~".*"]}, {receiver: a, matchers: [pod=""]}]}\nreceivers: [{name: "null"}, {name: a, slack_configs: [{}]}]',
    ),
    /depends on labels.*AuthServicePodRestarts, AuthServiceHighMemory/,
  ],
])('%s: a note, and no green', async (_, change, words) => {
  const { alerts } = await seenOn(change);
  expect(alerts?.saw).toMatch(words);
  expect(alerts?.state).toBe('remarked');
});

/** As kube-prometheus-stack ships them. */
const usualRules = `
  - {source_matchers: ['severity = critical'], target_matchers: ['severity =~ warning|info'], equal: [namespace, alertname]}
  - {source_matchers: ['severity = warning'], target_matchers: ['severity = info'], equal: [namespace, alertname]}
  - {source_matchers: ['alertname = InfoInhibitor'], target_matchers: ['severity = info'], equal: [namespace]}
  - {target_matchers: ['alertname = InfoInhibitor']}`;
const telling = 'route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{}]}]\ninhibit_rules:';
const withRules = (rules: string): Partial<Ground> => withRoutes(`${telling}${rules}`);
const watchdogFires = (look: Look): Fetched<never> | undefined =>
  look.at === 'held-alerts' && look.name === 'Watchdog'
    ? ({ ok: true, value: [{ state: 'active', receivers: [] }] } as never)
    : undefined;
const asInfo = (ground_: Ground): Partial<Ground> => ({
  objects: ground_.objects.map((object) =>
    object.kind === 'PrometheusRule'
      ? JSON.parse(JSON.stringify(object).replaceAll('"severity":"warning"', '"severity":"info"'))
      : object,
  ),
});

describe('what is hushed', () => {
  test('the rules that kube-prometheus-stack ships hush none of ours, and nothing is said of them', async () => {
    const { alerts, asked } = await seenOn(withRules(usualRules));
    expect(alerts?.state).toBe('passed');
    expect(alerts?.saw).not.toContain('inhibit');
    expect(asked.filter((name) => name.startsWith('held-alerts'))).toEqual([]);
  });

  test('an alert of ours that is only info is hushed by InfoInhibitor unless something worse fires: a note', async () => {
    const { alerts } = await seenOn({ ...withRules(usualRules), ...asInfo(ground) });
    expect(alerts).toMatchObject({ state: 'remarked' });
    expect(alerts?.saw).toContain(
      'inhibit rule 3 hushes AuthServiceHighLatency, AuthServicePodRestarts, AuthServiceHighMemory, AuthCertificateExpiryUnknown unless a warning or a critical alert fires in its namespace, too (InfoInhibitor)',
    );
  });

  test.each([
    ['by its name', `['alertname="Watchdog"']`, '[]'],
    ['by its severity', '[severity=none]', '[prometheus]'],
    ['any alert', '[]', '[]'],
  ])(
    'a source that always fires, %s: a note where it fires, and its condition where it does not',
    async (_, source, equal) => {
      const ground_ = withRules(
        `\n  - {name: quiet, source_matchers: ${source}, target_matchers: [severity=~"warning|critical"], equal: ${equal}}`,
      );
      const firing = (await seenOn(ground_, watchdogFires)).alerts;
      expect(firing).toMatchObject({ state: 'remarked' });
      expect(firing?.saw).toMatch(
        /inhibit rule 1 \("quiet"\) hushes AuthServiceHighErrorRate, .*AuthCertificateExpiryUnknown at all times: Watchdog always fires, and does now$/,
      );
      const silent = (await seenOn(ground_)).alerts;
      expect(silent).toMatchObject({ state: 'passed' });
      expect(silent?.saw).toContain('Watchdog, which always fires where there is one, is not there now');
      const unseen = await seenOn(ground_, (look) => (look.at === 'held-alerts' ? forbidden : undefined));
      expect(unseen.alerts).toMatchObject({ state: 'remarked' });
      expect(unseen.alerts?.saw).toContain(
        'for as long as Watchdog fires, which it does at all times where there is one',
      );
    },
  );

  test('a Watchdog is in no namespace of ours: where the namespaces must be the same it does not hush at all times', async () => {
    const { alerts } = await seenOn(
      withRules(
        `\n  - {source_matchers: [alertname=Watchdog], target_matchers: [severity="warning"], equal: [namespace]}`,
      ),
      watchdogFires,
    );
    expect(alerts?.state).toBe('passed');
    expect(alerts?.saw).toMatch(/ while an alert with alertname="Watchdog" and the same namespace fires$/);
  });

  test.each([
    [
      'ours by ours',
      '{source_matchers: [alertname=AuthServiceHighErrorRate], target_matchers: [alertname=AuthServiceHighLatency], equal: [namespace]}',
      /tells "a"; inhibit rule 1 hushes AuthServiceHighLatency while AuthServiceHighErrorRate fires$/,
    ],
    [
      'ours by anybody of the namespace',
      '{source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [namespace]}',
      /inhibit rule 1 hushes AuthServiceHighLatency, .* while an alert with severity="critical" and the same namespace fires \(of ours: AuthServiceHighErrorRate, AuthCertificateExpiry\)$/,
    ],
    [
      'ours by others alone',
      '{source_matchers: [alertname=ClusterDown], target_matchers: [namespace=~"orion.*"]}',
      /inhibit rule 1 hushes AuthServiceHighErrorRate, .* while an alert with alertname="ClusterDown" fires$/,
    ],
    [
      'by a label that nobody knows beforehand',
      '{source_matchers: [alertname=NodeDown], target_matchers: [pod=~"auth-.*"]}',
      /inhibit rule 1 may hush AuthServicePodRestarts/,
    ],
  ])('%s: reached all the same, and told under which condition it is not', async (_, rule, words) => {
    const { alerts } = await seenOn(withRules(`\n  - ${rule}`));
    expect(alerts?.saw).toMatch(words);
    expect(alerts?.state).toBe('passed');
  });

  test.each([
    [
      'another severity must be the same',
      '{source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [severity]}',
    ],
    [
      'both sides are the same',
      '{source_matchers: [severity="critical"], target_matchers: [severity="critical"], equal: [namespace]}',
    ],
    ['others are meant', '{source_matchers: [severity="critical"], target_matchers: [namespace="web"]}'],
  ])('nothing, where %s', async (_, rule) => {
    const { alerts } = await seenOn(withRules(`\n  - ${rule}`));
    expect(alerts?.saw).not.toContain('inhibit');
    expect(alerts?.state).toBe('passed');
  });

  test('two of ours that hush each other: nobody is told of either while both fire', async () => {
    const { alerts } = await seenOn(
      withRules(`
  - {source_matchers: [alertname=AuthServiceHighErrorRate], target_matchers: [alertname=AuthServiceHighLatency]}
  - {source_matchers: [alertname=AuthServiceHighLatency], target_matchers: [alertname=AuthServiceHighErrorRate]}`),
    );
    expect(alerts?.state).toBe('remarked');
    expect(alerts?.saw).toContain(
      'nobody is told of AuthServiceHighErrorRate and AuthServiceHighLatency while both fire: inhibit rule 1 hushes AuthServiceHighLatency while AuthServiceHighErrorRate fires; inhibit rule 2 hushes',
    );
  });
});

test.each<[string, (look: Look) => boolean]>([
  ['the rules', (look) => look.at === 'list' && look.kind.kind === 'PrometheusRule'],
  ['who could take them', (look) => look.at === 'list' && look.kind.kind === 'Prometheus'],
  ['whom Prometheus sends to', (look) => look.at === 'alertmanagers'],
  ['where its routes lead', (look) => look.at === 'alert-routes'],
])('without the right to see %s it is not passed, and the right is named', async (_, isRefused) => {
  const { alerts, coverage } = await seenOn({}, (look) => (isRefused(look) ? forbidden : undefined));
  expect(alerts).toMatchObject({ state: 'not-looked', notLooked: [{ because: 'forbidden', needs: forbidden.needs }] });
  expect(coverage.notLooked.map(({ needs }) => needs)).toContain(forbidden.needs);
});

test('told of in a Secret: that there is one is seen, where its routes lead is not', async () => {
  const inSecret = changed('Prometheus', ({ alerting: _, ...spec }) => ({
    ...spec,
    additionalAlertManagerConfigs: {},
  }));
  const { alerts } = await seenOn(inSecret, (look) =>
    look.at === 'alertmanagers' ? { ok: true, value: ['http://elsewhere/api/v2/alerts'] as never } : undefined,
  );
  expect(alerts).toMatchObject({ state: 'not-looked' });
  expect(alerts?.saw).toContain('additionalAlertManagerConfigs');
});

test('other points than the one of monitoring ask nothing of it', async () => {
  const { alerts, asked } = await seenOn(
    {},
    undefined,
    points.filter(({ id }) => id === 'pdb'),
  );
  expect(alerts).toBeNull();
  expect(asked.filter((name) => /alert/i.test(name))).toEqual([]);
});
