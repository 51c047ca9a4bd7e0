import { expect, test } from 'vitest';
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
