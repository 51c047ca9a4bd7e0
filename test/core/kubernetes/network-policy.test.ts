import { describe, expect, test } from 'vitest';
import { admitsEgress, admitsIngress, outside } from '../../../src/core/kubernetes/network-policy.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

const policy = (spec: object, namespace = 'orion'): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'a-policy', namespace },
  spec: { podSelector: {}, ...spec },
});

const pod = { namespace: 'orion', labels: { app: 'auth-service' } };
const prometheus = {
  namespace: 'monitoring',
  namespaceLabels: { 'kubernetes.io/metadata.name': 'monitoring' },
  podLabels: { 'app.kubernetes.io/name': 'prometheus' },
};
const fromMonitoring = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
const http = { number: 3001, name: 'http' };
const ingress = (rule: object) => [policy({ policyTypes: ['Ingress'], ingress: [rule] })];

describe('the way in', () => {
  test.each([
    ['no policy selects the pod', [policy({ podSelector: { matchLabels: { app: 'other' } } })], 'yes'],
    ['default deny', [policy({ policyTypes: ['Ingress'] })], 'no'],
    ['a policy for the way out only', [policy({ policyTypes: ['Egress'] })], 'yes'],
    ['its namespace, every port', ingress({ from: [fromMonitoring] }), 'yes'],
    ['its namespace, the port by number', ingress({ from: [fromMonitoring], ports: [{ port: 3001 }] }), 'yes'],
    ['its namespace, the port by name', ingress({ from: [fromMonitoring], ports: [{ port: 'http' }] }), 'yes'],
    ['its namespace, another name', ingress({ from: [fromMonitoring], ports: [{ port: 'metrics' }] }), 'no'],
    ["the Service's port, not the pod's", ingress({ from: [fromMonitoring], ports: [{ port: 80 }] }), 'no'],
    ['a range', ingress({ from: [fromMonitoring], ports: [{ port: 3000, endPort: 3010 }] }), 'yes'],
    ['UDP only', ingress({ from: [fromMonitoring], ports: [{ port: 3001, protocol: 'UDP' }] }), 'no'],
    [
      'the namespace, but other pods of it',
      ingress({ from: [{ ...fromMonitoring, podSelector: { matchLabels: { app: 'grafana' } } }] }),
      'no',
    ],
    ['pods of its own namespace only', ingress({ from: [{ podSelector: {} }] }), 'no'],
    ['an address', ingress({ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }), 'perhaps'],
    ['policies add up', [policy({ policyTypes: ['Ingress'] }), ...ingress({ from: [fromMonitoring] })], 'yes'],
  ] as const)('%s: %s', (_, policies, admitted) => {
    expect(admitsIngress(policies, pod, prometheus, http).admitted).toBe(admitted);
  });
});

describe('the way out', () => {
  const caller = { namespace: 'monitoring', labels: prometheus.podLabels };
  const service = { namespace: 'orion', namespaceLabels: { env: 'staging' }, podLabels: pod.labels };
  const leaving = (spec: object) => [policy(spec, 'monitoring')];
  test.each([
    ['no policy', [], 'yes'],
    ['default deny of the way in', leaving({ policyTypes: ['Ingress'] }), 'yes'],
    ['default deny of both', leaving({ policyTypes: ['Ingress', 'Egress'] }), 'no'],
    [
      'rules without policyTypes',
      leaving({ egress: [{ to: [{ namespaceSelector: { matchLabels: { env: 'prod' } } }] }] }),
      'no',
    ],
    [
      'the namespace by its label',
      leaving({ egress: [{ to: [{ namespaceSelector: { matchLabels: { env: 'staging' } } }] }] }),
      'yes',
    ],
    ['DNS only', leaving({ policyTypes: ['Egress'], egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }] }), 'no'],
    ['another namespace has policies', [policy({ policyTypes: ['Egress'] }, 'orion')], 'yes'],
  ] as const)('%s: %s', (_, policies, admitted) => {
    expect(admitsEgress(policies, caller, service, http).admitted).toBe(admitted);
  });
});

test('what comes from its node’s address is matched by no selector, only by a block of addresses or by nothing at all', () => {
  const from = { ...prometheus, byAddressOnly: true };
  const admitted = (rule: object) => admitsIngress(ingress(rule), pod, from, http).admitted;
  expect(admitted({ from: [fromMonitoring] })).toBe('no');
  expect(admitted({ from: [fromMonitoring, { ipBlock: { cidr: '192.0.2.0/24' } }] })).toBe('perhaps');
  expect(admitted({})).toBe('yes');
});

test.each([
  ['everywhere', {}, true],
  ['port 80 in a range', { ports: [{ port: 1, endPort: 1024 }] }, true],
  ['port 80 by UDP', { ports: [{ port: 80, protocol: 'UDP' }] }, false],
  ['a range beside it', { ports: [{ port: 443, endPort: 1024 }] }, false],
  ['all of IPv4', { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }, true],
  ['all of IPv6 only', { to: [{ ipBlock: { cidr: '::/0' } }] }, false],
  ['all but its network', { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['203.0.113.0/24'] } }] }, false],
  ['all but another network', { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }, true],
])('out to port 80 of 203.0.113.9: %s', (_, rule, is) => {
  const policies = [policy({ policyTypes: ['Egress'], egress: [rule] })];
  const { admitted } = admitsEgress(policies, pod, outside('203.0.113.9'), { number: 80, name: undefined });
  expect(admitted).toBe(is ? 'yes' : 'no');
});
