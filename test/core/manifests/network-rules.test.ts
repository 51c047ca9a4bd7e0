import { describe, expect, test } from 'vitest';
import { at } from '../../../src/core/kubernetes/field.ts';
import { admitsIngress } from '../../../src/core/kubernetes/network-policy.ts';
import { namespaceOf } from '../../../src/core/manifests/endpoint.ts';
import { egressRules, openEgress } from '../../../src/core/manifests/network-rules.ts';
import type { Endpoint, Settings } from '../../../src/core/setup/settings.ts';
import { only, rendered, sampleSettings } from './sample-settings.ts';

const policyName = 'auth-service-networkpolicy';
const solverName = 'allow-acme-http01-solver';
const onNodes: Partial<Settings> = {
  ingress: { ...sampleSettings().ingress, nodeCidrs: ['10.0.0.0/16', 'fd00::/64'] },
};

/** Whether a pod of `namespace` may open a connection to `port` of the auth service. */
function admits(namespace: string, port: number, differs: Partial<Settings> = {}) {
  return admitsIngress(
    [only(rendered('staging', differs), 'NetworkPolicy', policyName)],
    { namespace: 'orion-staging', labels: { app: 'auth-service' } },
    { namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, podLabels: {} },
    { number: port, name: undefined },
  ).admitted;
}

describe('who may reach the service', () => {
  test.each([
    ['ingress-nginx', 3001, {}, 'yes'],
    ['monitoring', 3001, {}, 'yes'],
    ['orion-web', 3001, { allowFromNamespaces: ['orion-web'] }, 'yes'],
    ['orion-web', 3001, {}, 'no'],
    ['default', 3001, { allowFromNamespaces: ['orion-web'] }, 'no'],
    ['orion-staging', 3001, {}, 'no'],
    ['ingress-nginx', 9229, {}, 'no'],
    ['ingress-nginx', 3001, { ingress: { ...sampleSettings().ingress, namespace: 'edge' } }, 'no'],
    // By the nodes' addresses: which they are is not known to a selector.
    ['ingress-nginx', 3001, onNodes, 'perhaps'],
  ])('from %s to port %i with %j: %s', (namespace, port, differs, answer) => {
    expect(admits(namespace, port, differs)).toBe(answer);
  });

  test('a controller on the nodes is named by their ranges, not by its namespace', () => {
    expect(at(only(rendered('staging', onNodes), 'NetworkPolicy'), 'spec.ingress.0.from')).toEqual([
      { ipBlock: { cidr: '10.0.0.0/16' } },
      { ipBlock: { cidr: 'fd00::/64' } },
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
    ]);
  });
});

describe('what the service may reach', () => {
  const elsewhere: Endpoint = { host: 'redis.example.net', port: 6380 };
  const toDatabase = (database: Endpoint) => egressRules({ database, redis: elsewhere })[1];

  test.each<[string, Endpoint, unknown]>([
    [
      'a Service: its namespace',
      { host: 'pg.databases.svc', port: 5432 },
      [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'databases' } } }],
    ],
    [
      'a range given: that range',
      { host: 'db.example.net', port: 5432, cidr: '10.1.0.0/24' },
      [{ ipBlock: { cidr: '10.1.0.0/24' } }],
    ],
    ['any other name: any address', { host: 'db.example.net', port: 5432 }, undefined],
    ['an address in the URL: any address, as it may be a Service’s', { host: '10.96.0.17', port: 5432 }, undefined],
  ])('%s', (_what, database, to) => {
    expect(toDatabase(database)).toEqual({
      ...(to === undefined ? {} : { to }),
      ports: [{ protocol: 'TCP', port: 5432 }],
    });
  });

  test('names, by UDP and TCP, from the cluster’s DNS and the node’s own cache', () => {
    expect(egressRules({ database: elsewhere, redis: elsewhere })[0]).toEqual({
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
        { ipBlock: { cidr: '169.254.20.10/32' } },
      ],
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    });
  });

  test('each by the port of its URL, and nothing else', () => {
    const rules = egressRules({ database: { host: 'db.example.net', port: 6432 }, redis: elsewhere });
    expect(rules.slice(1)).toEqual([
      { ports: [{ protocol: 'TCP', port: 6432 }] },
      { ports: [{ protocol: 'TCP', port: 6380 }] },
    ]);
  });

  test('what is open to any address can be said', () => {
    expect(openEgress({ database: { host: 'pg.databases.svc', port: 5432 }, redis: elsewhere })).toEqual([
      'Redis on port 6380',
    ]);
    expect(
      openEgress({ database: { ...elsewhere, cidr: '10.0.0.0/8' }, redis: { host: 'r.x.svc.cluster.local', port: 1 } }),
    ).toEqual([]);
  });
});

describe('the namespace in a host', () => {
  test.each([
    ['pg.databases.svc', 'databases'],
    ['pg.databases.svc.cluster.local', 'databases'],
    ['pg.databases.svc.cluster.local.', 'databases'],
    ['pg-0.pg.databases.svc', 'databases'],
    ['databases.svc', undefined],
    ['pg.databases', undefined],
    ['cluster.abc.svc.provider.example', undefined],
    ['localhost', undefined],
    ['10.96.0.17', undefined],
  ])('%s: %s', (host, namespace) => {
    expect(namespaceOf(host)).toBe(namespace);
  });
});

describe('the policy for ACME solver pods', () => {
  test('is rendered only where the namespace denies by default', () => {
    expect(rendered('staging').some(({ metadata }) => metadata.name === solverName)).toBe(false);
    expect(only(rendered('staging', { deniesByDefault: true }), 'NetworkPolicy', solverName)).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: solverName, namespace: 'orion-staging' },
      spec: {
        podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }],
            ports: [{ protocol: 'TCP', port: 8089 }],
          },
        ],
      },
    });
  });

  test('lets a controller on the nodes in by their ranges', () => {
    const policy = only(rendered('staging', { ...onNodes, deniesByDefault: true }), 'NetworkPolicy', solverName);
    expect(at(policy, 'spec.ingress.0.from')).toEqual([
      { ipBlock: { cidr: '10.0.0.0/16' } },
      { ipBlock: { cidr: 'fd00::/64' } },
    ]);
  });
});
