import { expect, test } from 'vitest';
import type { Fetched } from '../../../src/core/fetched.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { alertingTroubles } from '../../../src/core/prometheus/alerting.ts';

/** From a rule to whoever is told: each place where an alert gets lost is named, and what cannot be seen is no trouble found. */
const made = (kind: string, namespace: string, name: string, more: object = {}): KubernetesObject => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind,
  metadata: { namespace, name },
  ...more,
});
const rule: KubernetesObject = {
  ...made('PrometheusRule', 'orion-staging', 'auth-service-alerts'),
  metadata: { namespace: 'orion-staging', name: 'auth-service-alerts', labels: { release: 'kps' } },
};
const alerting = { alertmanagers: [{ namespace: 'monitoring', name: 'alertmanager-operated', port: 'web' }] };
const sound = { ruleSelector: { matchLabels: { release: 'kps' } }, ruleNamespaceSelector: {}, alerting };
const prometheus = (spec: object) => [made('Prometheus', 'monitoring', 'k8s', { spec: { ...sound, ...spec } })];
const running = made('Alertmanager', 'monitoring', 'main', { status: { availableReplicas: 1 } });
const seen = (...value: readonly KubernetesObject[]): Fetched<readonly KubernetesObject[]> => ({ ok: true, value });
const forbidden = { ok: false, why: 'forbidden', detail: 'may not list' } as const;

test.each<[string, object, Fetched<readonly KubernetesObject[]>, readonly string[]]>([
  ['all is as it should be', {}, seen(running), []],
  [
    'other labels are selected',
    { ruleSelector: { matchLabels: { release: 'x' } } },
    seen(running),
    ['rules-not-selected'],
  ],
  ['no selector takes nothing', { ruleSelector: undefined }, seen(running), ['rules-not-selected']],
  ['an empty one takes everything', { ruleSelector: {} }, seen(running), []],
  ['only its own namespace', { ruleNamespaceSelector: undefined }, seen(running), ['rules-not-selected']],
  ['namespaces by a label that ours has', { ruleNamespaceSelector: { matchLabels: { team: 'a' } } }, seen(running), []],
  [
    'by one that it has not',
    { ruleNamespaceSelector: { matchLabels: { team: 'b' } } },
    seen(running),
    ['rules-not-selected'],
  ],
  ['rules that see one namespace', { enforcedNamespaceLabel: 'namespace' }, seen(running), ['rules-see-one-namespace']],
  ['no Alertmanager is known to it', { alerting: undefined }, seen(running), ['alerts-go-nowhere']],
  [
    'or in a Secret',
    { alerting: undefined, additionalAlertManagerConfigs: { name: 'a', key: 'b' } },
    seen(),
    ['not-seen'],
  ],
  ['there is none', {}, seen(), ['alertmanager-down']],
  [
    'one elsewhere does not count',
    {},
    seen(made('Alertmanager', 'x', 'y', { status: { availableReplicas: 1 } })),
    ['alertmanager-down'],
  ],
  ['it does not run', {}, seen(made('Alertmanager', 'monitoring', 'main')), ['alertmanager-down']],
  ['it may not be looked at', {}, forbidden, ['not-seen']],
])('%s', (_, spec, alertmanagers, ids) => {
  const troubles = alertingTroubles({
    rule,
    prometheuses: prometheus(spec),
    alertmanagers,
    namespaceLabels: { team: 'a' },
  });
  expect(troubles.map(({ id }) => id)).toEqual(ids);
});

test('why a rule is not taken is said in the words of the selector', () => {
  const prometheuses = prometheus({ ruleSelector: { matchLabels: { role: 'x' } } });
  const [trouble] = alertingTroubles({ rule, prometheuses, alertmanagers: seen(running), namespaceLabels: {} });
  expect(trouble?.because).toContain('Prometheus monitoring/k8s has spec.ruleSelector {"matchLabels":{"role":"x"}}');
});
