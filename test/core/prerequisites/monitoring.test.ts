import { describe, expect, it } from 'vitest';
import type { Fetched } from '../../../src/core/fetched.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type ClusterLook, nameOf } from '../../../src/core/look.ts';
import { listOf, seeing } from '../../../src/core/prerequisites/looks.ts';
import { monitoringFacts, monitoringRights } from '../../../src/core/prerequisites/monitoring.ts';

/** What of the monitoring is suggested, by what is in the cluster already and what may be done there. */
const labels = { 'app.kubernetes.io/name': 'cert-manager', 'app.kubernetes.io/component': 'controller' };
const certManager = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cert-manager', namespace: 'pki' },
  spec: {
    template: {
      metadata: { labels },
      spec: { containers: [{ image: 'quay.io/jetstack/cert-manager-controller:v1.21.2' }] },
    },
  },
} satisfies KubernetesObject;
const prometheus = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  metadata: { name: 'k8s', namespace: 'monitoring' },
  spec: { ruleSelector: { matchLabels: { role: 'rules' } }, podMonitorSelector: { matchLabels: { team: 'x' } } },
} satisfies KubernetesObject;
const monitor = (kind: 'PodMonitor' | 'ServiceMonitor', name: string, matchLabels: object): KubernetesObject => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind,
  metadata: { name, namespace: 'pki' },
  spec: { selector: { matchLabels } },
});

type Seen = readonly [ClusterLook, readonly KubernetesObject[]];
function cluster(...differs: readonly Seen[]) {
  const usual: readonly Seen[] = [
    [listOf(kinds.Deployment), [certManager]],
    [listOf(kinds.Prometheus), [prometheus]],
    [listOf(kinds.PodMonitor, 'pki'), []],
    [listOf(kinds.ServiceMonitor, 'pki'), []],
  ];
  return seeing(Object.fromEntries([...usual, ...differs].map(([look, value]) => [nameOf(look), { ok: true, value }])));
}
const reviewed = (see: ReturnType<typeof cluster>, refused: readonly string[]) =>
  monitoringRights(see, ['staging']).map((right) => ({
    right,
    may: { ok: true, value: !refused.includes(right.resource) } satisfies Fetched<boolean>,
  }));
const partsOf = (see: ReturnType<typeof cluster>, refused: readonly string[] = []) =>
  monitoringFacts(see, reviewed(see, refused)).parts;

describe('what watches the service', () => {
  it('is all of it, by the labels and in the place that are here', () => {
    const see = cluster();
    expect(monitoringFacts(see, reviewed(see, []))).toEqual({
      ruleLabels: { role: 'rules' },
      podMonitorLabels: { team: 'x' },
      certManagerNamespace: 'pki',
      parts: ['alerts', 'dashboard', 'cert-manager'],
      leftOut: [],
    });
  });

  it.each([
    ['PodMonitor', 'cert-manager'],
    ['ServiceMonitor', 'cert-manager'],
  ] as const)('leaves cert-manager to a %s that is there already', (kind, name) => {
    expect(partsOf(cluster([listOf(kinds[kind], 'pki'), [monitor(kind, name, labels)]]))).toEqual([
      'alerts',
      'dashboard',
    ]);
  });

  it('is not held off by a monitor of something else, nor by its own of an earlier run', () => {
    expect(
      partsOf(
        cluster(
          [listOf(kinds.PodMonitor, 'pki'), [monitor('PodMonitor', 'cert-manager-metrics', labels)]],
          [listOf(kinds.ServiceMonitor, 'pki'), [monitor('ServiceMonitor', 'trust-manager', { app: 'trust' })]],
        ),
      ),
    ).toContain('cert-manager');
  });

  it('leaves out what may not be written here, and cert-manager where it was not seen', () => {
    expect(partsOf(cluster(), ['prometheusrules'])).toEqual(['dashboard', 'cert-manager']);
    expect(partsOf(cluster(), ['podmonitors'])).toEqual(['alerts', 'dashboard']);
    expect(partsOf(cluster([listOf(kinds.Deployment), []]))).toEqual(['alerts', 'dashboard']);
  });
});
