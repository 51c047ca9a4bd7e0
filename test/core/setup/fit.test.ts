import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { Sent } from '../../../src/core/outside/cluster-writer.ts';
import { listOf, nodeMetrics } from '../../../src/core/prerequisites/looks.ts';
import { type FitSight, judgeFit } from '../../../src/core/setup/fit/judge.ts';
import type { Settings } from '../../../src/core/setup/settings.ts';
import {
  type Answers,
  absent,
  balancer,
  clusterWith,
  object,
  refused,
  seen,
  usualImages,
  workloadsOf,
} from '../prerequisites/cluster.ts';

const settings = (nodeCidrs: readonly string[] = []): Settings => ({
  domain: 'orion.io',
  email: undefined,
  tree: '/k8s',
  image: 'ghcr.io/orion/auth:1',
  imagePullSecrets: [],
  allowFromNamespaces: [],
  corsOrigins: [],
  ingress: { className: 'nginx', namespace: 'ingress-nginx', nodeCidrs, allowsCustomHeaders: true },
  monitorLabels: {},
  prometheusNamespace: 'monitoring',
  environments: {},
});
const objects = [
  object(kinds.HorizontalPodAutoscaler, 'auth-service-hpa', { spec: { minReplicas: 2 } }),
  {
    ...object(kinds.ServiceMonitor, 'auth-service-monitor'),
    metadata: { name: 'auth-service-monitor', labels: { release: 'kps' } },
  },
];
const calico = [listOf(kinds.DaemonSet), seen([object(kinds.DaemonSet, 'calico-node', {}, 'kube-system')])] as const;
const sight = (differs: Answers, rest: Partial<FitSight> = {}): FitSight => ({
  see: clusterWith(calico, ...differs),
  environment: 'staging',
  settings: settings(),
  objects,
  pod: null,
  ...rest,
});
const said = (of: FitSight) => judgeFit(of).map(({ id, level }) => `${level} ${id}`);
const services = (...all: readonly ReturnType<typeof balancer>[]) =>
  [listOf(kinds.Service, 'ingress-nginx'), seen(all)] as const;
const node = (spec: object) =>
  object(kinds.Node, 'n', { spec, status: { conditions: [{ type: 'Ready', status: 'True' }] } });
const no = (why: 'denied' | 'forbidden' | 'unreachable', detail: string): Sent => ({ ok: false, why, detail });

describe('will it work here?', () => {
  it('on a whole cluster there is nothing to say', () => expect(judgeFit(sight([]))).toEqual([]));

  it('says where an alert would get lost, once there are alerts', () => {
    const rule = object(kinds.PrometheusRule, 'auth-service-alerts', {}, 'orion-staging');
    const see = (spec: object) =>
      said(
        sight([[listOf(kinds.Prometheus), seen([object(kinds.Prometheus, 'k8s', { spec }, 'monitoring')])]], {
          objects: [...objects, rule],
        }),
      ).filter((one) => !one.endsWith(' prometheus'));
    expect(see({})).toEqual(['look rules-not-selected']);
    expect(see({ ruleSelector: {}, ruleNamespaceSelector: {} })).toEqual(['look alerts-go-nowhere']);
  });

  it.each<[string, FitSight, readonly string[]]>([
    ['one node', sight([[listOf(kinds.Node), seen([node({})])]]), ['look nodes']],
    [
      'all nodes cordoned',
      sight([
        [listOf(kinds.Node), seen([node({ unschedulable: true }), node({ taints: [{ effect: 'NoSchedule' }] })])],
      ]),
      ['stops nodes'],
    ],
    ['nodes may not be listed', sight([[listOf(kinds.Node), refused]]), ['unknown nodes']],
    ['quota is spent', sight([], { pod: no('denied', 'exceeded quota: small') }), ['stops pod']],
    [
      'Pod Security refuses',
      sight([], { pod: no('denied', 'violates PodSecurity "restricted:latest"') }),
      ['stops pod'],
    ],
    [
      'Pod Security warns',
      sight([], { pod: { ok: true, object: undefined, warnings: ['would violate'] } }),
      ['look pod-warning'],
    ],
    ['a pod may not be tried', sight([], { pod: no('forbidden', 'x') }), ['unknown pod']],
    [
      'no known enforcer of NetworkPolicies',
      sight([[listOf(kinds.DaemonSet), seen([])]]),
      ['unknown network-policies'],
    ],
    [
      'the controller is on the nodes’ network',
      sight([], { settings: settings(['10.0.0.1/32']) }),
      ['look ingress-host-network'],
    ],
    ['a NodePort alone', sight([services(balancer({ type: 'NodePort' }))]), ['look ingress-node-port']],
    [
      'a load balancer that hides clients',
      sight([services(balancer({ externalTrafficPolicy: 'Cluster' }))]),
      ['look client-addresses'],
    ],
    [
      'a load balancer with the PROXY protocol',
      sight([
        services(balancer({ externalTrafficPolicy: 'Cluster' })),
        [
          listOf(kinds.ConfigMap, 'ingress-nginx'),
          seen([object(kinds.ConfigMap, 'c', { data: { 'use-proxy-protocol': 'true' } })]),
        ],
      ]),
      [],
    ],
    ['a load balancer without port 80', sight([services(balancer({ ports: [{ port: 443 }] }))]), ['stops port-80']],
    ['a load balancer without an address', sight([services({ ...balancer(), status: {} })]), ['look load-balancer']],
    [
      'headers not allowed',
      sight([], { settings: { ...settings(), ingress: { ...settings().ingress, allowsCustomHeaders: false } } }),
      ['look headers'],
    ],
    ['no metrics API', sight([[listOf(nodeMetrics), absent]]), ['look metrics-api']],
    ['a metrics API that does not answer', sight([[listOf(nodeMetrics), refused]]), ['unknown metrics-api']],
    [
      'a Prometheus that selects other labels',
      sight([
        [
          listOf(kinds.Prometheus),
          seen([object(kinds.Prometheus, 'p', { spec: { serviceMonitorSelector: { matchLabels: { team: 'x' } } } })]),
        ],
      ]),
      ['look prometheus'],
    ],
    [
      'a Prometheus without a selector',
      sight([[listOf(kinds.Prometheus), seen([object(kinds.Prometheus, 'p', { spec: {} })])]]),
      ['look prometheus'],
    ],
    ['no Prometheus', sight([[listOf(kinds.Prometheus), seen([])]]), ['look prometheus']],
    ['Prometheus may not be listed', sight([[listOf(kinds.Prometheus), refused]]), ['unknown prometheus']],
  ])('%s', (_, of, wanted) => expect(said(of)).toEqual(wanted));

  it('what stops it says what to change', () => {
    const stops = [
      sight([services(balancer({ ports: [] }))]),
      sight([], { pod: no('denied', 'exceeded quota: x') }),
    ].flatMap(judgeFit);
    for (const { change } of stops) expect(change).not.toBeNull();
    expect(workloadsOf(usualImages)).toHaveLength(3);
  });
});
