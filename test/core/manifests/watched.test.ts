import { describe, expect, test } from 'vitest';
import { at, listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import { treeFiles } from '../../../src/core/manifests/tree.ts';
import { environmentNames, type MonitoringPart, namespaces } from '../../../src/core/setup/settings.ts';
import { only, rendered, sampleSettings } from './sample-settings.ts';

/** What watches the service: whom it is for, how Prometheus finds it, and that each part can be left out. */
const rulesOf = (environment: (typeof environmentNames)[number]) =>
  listAt(only(rendered(environment), 'PrometheusRule'), 'spec.groups').flatMap((group) => listAt(group, 'rules'));

describe.each(environmentNames)('the alerts of %s', (environment) => {
  const namespace = namespaces[environment];

  test('ask about this namespace only, and say it', () => {
    for (const rule of rulesOf(environment)) {
      const asked = [...(textAt(rule, 'expr') ?? '').matchAll(/namespace="([^"]*)"/g)].map(([, name]) => name);
      expect(asked.length).toBeGreaterThan(0);
      expect(new Set(asked)).toEqual(new Set([namespace]));
      expect(at(rule, 'labels')).toMatchObject({ namespace, service: 'auth-service' });
      expect(textAt(rule, 'annotations.summary')).toContain(namespace);
    }
  });

  test('name the command that goes on from there, for this environment', () => {
    for (const rule of rulesOf(environment)) {
      const runbook = textAt(rule, 'annotations.runbook') ?? '';
      expect(runbook).toMatch(
        new RegExp(`orion-setup (verify ${environment}|runbook (cert-pending|pdb-blocking) --namespace ${namespace})`),
      );
      expect(runbook).not.toMatch(/ENV|-n orion /);
    }
  });
});

test('the base has no more alerts than an environment, and the same ones', () => {
  const names = (rules: readonly unknown[]) => rules.map((rule) => at(rule, 'alert'));
  const base = listAt(only(shippedBase, 'PrometheusRule'), 'spec.groups').flatMap((group) => listAt(group, 'rules'));
  expect(names(base)).toEqual([
    'AuthServiceHighErrorRate',
    'AuthServiceHighLatency',
    'AuthServicePodRestarts',
    'AuthServiceHighMemory',
    'AuthCertificateExpiry',
    'AuthCertificateExpiryUnknown',
  ]);
  expect(names(rulesOf('production'))).toEqual(names(base));
});

test('each carries the labels that this Prometheus selects its kind by', () => {
  const objects = rendered('staging', {
    monitorLabels: { prometheus: 'a' },
    ruleLabels: { role: 'rules' },
    podMonitorLabels: { team: 'platform' },
    certManagerNamespace: 'pki',
  });
  expect(only(objects, 'PrometheusRule').metadata.labels).toEqual({ app: 'auth-service', role: 'rules' });
  expect(only(objects, 'PodMonitor').metadata).toMatchObject({ namespace: 'pki', labels: { team: 'platform' } });
  expect(JSON.stringify(only(objects, 'PrometheusRule'))).toContain('kubectl -n pki get podmonitors');
});

test('the dashboard is found by its label, and reads as JSON', () => {
  const dashboard = only(rendered('staging'), 'ConfigMap', 'auth-service-dashboard');
  expect(dashboard.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  const [text = ''] = Object.values(dashboard['data'] as Record<string, string>);
  expect(listAt(JSON.parse(text), 'panels').map((panel) => at(panel, 'title'))).toEqual([
    'Requests a second',
    'Error ratio',
    'Latency, 95th percentile',
    'Logins a second',
    'Tokens a second',
    'Restarts in the last hour',
    'Memory of its limit',
    'Certificate: days left',
  ]);
});

describe('left out', () => {
  const kindsOf = (monitoring: readonly MonitoringPart[]) =>
    rendered('staging', { monitoring })
      .map(({ kind }) => kind)
      .filter((kind) => ['PrometheusRule', 'ConfigMap', 'PodMonitor'].includes(kind));

  test.each<[readonly MonitoringPart[], readonly string[]]>([
    [[], []],
    [['alerts'], ['PrometheusRule']],
    [['dashboard'], ['ConfigMap']],
    [['cert-manager'], ['PodMonitor']],
  ])('only %j comes along', (parts, kinds) => expect(kindsOf(parts)).toEqual(kinds));

  test('the tree names no file that is not there', () => {
    const files = treeFiles(shippedBase, sampleSettings({ monitoring: [] }), {});
    expect(files.filter(({ path }) => /alerts|dashboard|podmonitor|cert-manager/.test(path))).toEqual([]);
    for (const { path, text } of files.filter(({ path: one }) => one.endsWith('kustomization.yaml'))) {
      expect(text, path).not.toMatch(/alerts|transformers/);
    }
  });
});
