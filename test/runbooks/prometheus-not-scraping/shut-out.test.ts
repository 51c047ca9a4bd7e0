import { BlockList } from 'node:net';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { shutOut } from '../../../runbooks/prometheus-not-scraping/target/shut-out.ts';
import type { PromView } from '../../../runbooks/prometheus-not-scraping/view.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** What stands between Prometheus and a pod, for any policies: nobody is blamed who may let it through. */
const port = 3001;
const object = (kind: string, namespace: string, name: string, spec: object, more: object = {}): KubernetesObject =>
  ({ apiVersion: 'v1', kind, metadata: { name, namespace, ...more }, spec }) as KubernetesObject;

const policy = (namespace: string, spec: object): KubernetesObject =>
  object('NetworkPolicy', namespace, 'a-policy', { podSelector: {}, ...spec });
const into = (...rules: readonly object[]) => policy('orion', { policyTypes: ['Ingress'], ingress: rules });
const outOf = (...rules: readonly object[]) => policy('monitoring', { policyTypes: ['Egress'], egress: rules });

type Place = { readonly onHost?: 'prometheus' | 'pod'; readonly address?: string };

function shut(policies: readonly KubernetesObject[], { onHost, address = '10.244.0.7' }: Place = {}) {
  const host = (who: string) => (onHost === who ? { hostNetwork: true } : {});
  const prometheus = object('Prometheus', 'monitoring', 'k8s', host('prometheus'));
  const containers = [
    {
      name: 'app',
      ports: [
        { name: 'metrics', containerPort: port, protocol: 'UDP' },
        { name: 'http', containerPort: port, protocol: 'TCP' },
      ],
    },
  ];
  const pod = {
    ...object('Pod', 'orion', 'auth-1', { containers, ...host('pod') }, { labels: { app: 'auth' } }),
    status: { podIP: address },
  };
  const labelled = (name: string) => ({ metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } });
  const view = {
    meant: () => prometheus,
    sight: {
      list: (_: unknown, namespace: string) => policies.filter(({ metadata }) => metadata.namespace === namespace),
      tryGet: (_: unknown, name: string) => ({ ok: true, value: labelled(name) }),
    },
  } as unknown as PromView;
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}/metrics`;
  const target = { url, health: 'down', lastError: '', lastScrape: '', lastDuration: 0, interval: '', timeout: '' };
  return shutOut(view, {
    target: { ...target, health: 'down', labels: {} },
    place: 0,
    endpoint: {},
    failure: { failed: 'timed-out', at: 'unanswered' },
    pod,
  } as Parameters<typeof shutOut>[1]);
}

const monitoring = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
const prometheusPods = { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } } };
const protocol = fc.constantFrom({}, { protocol: 'TCP' });
const around = fc.tuple(fc.nat(200), fc.nat(200)).map(([less, more]) => ({ port: port - less, endPort: port + more }));
const ours = fc
  .tuple(fc.oneof(fc.constantFrom({}, { port }, { port: 'http' }), around), protocol)
  .map(([entry, how]) => ({ ...entry, ...how }));
const beside = fc.oneof(
  fc
    .integer({ min: 1, max: 65_535 })
    .filter((number) => number !== port)
    .map((number) => ({ port: number })),
  fc
    .tuple(fc.integer({ min: 1, max: 1000 }), fc.nat(2000))
    .map(([first, more]) => ({ port: first, endPort: first + more })),
  // The pod has this name too, but for UDP.
  fc.constantFrom(
    { port: 'metrics' },
    { port: 'web' },
    { protocol: 'UDP' },
    { port, protocol: 'UDP' },
    { port, protocol: 'SCTP' },
  ),
);
const fromUs = fc.constantFrom(
  {},
  { from: [monitoring] },
  { from: [{ ...monitoring, ...prometheusPods }] },
  { from: [{ namespaceSelector: {} }] },
);
const fromOthers = fc.constantFrom(
  { from: [prometheusPods] },
  { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }] },
  { from: [{ ...monitoring, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'grafana' } } }] },
);
const opened = fc
  .tuple(fromUs, fc.array(beside, { maxLength: 2 }), ours)
  .map(([from, others, own]) => ({ ...from, ports: [...others, own] }));
const elsewhere = fc.oneof(
  fc.tuple(fromUs, fc.array(beside, { minLength: 1, maxLength: 3 })).map(([from, ports]) => ({ ...from, ports })),
  fc.tuple(fromOthers, fc.array(ours, { maxLength: 2 })).map(([from, ports]) => ({ ...from, ports })),
);
const rules = fc.array(elsewhere, { maxLength: 3 });

describe('on the way in', () => {
  property.prop([rules, rules])('what opens other ports, protocols, names and peers lets nobody in', (some, more) => {
    expect(shut([into(...some), into(...more)])?.way).toBe('in');
  });

  property.prop([rules, opened, rules])(
    'one rule that opens the port is enough, by number, name or range',
    (some, one, more) => {
      expect(shut([into(...some), into(one, ...more)])).toBeUndefined();
    },
  );

  property.prop([rules, fc.constantFrom([], ['10.0.0.0/9'])])(
    "Prometheus' address is not known: a block may let it in, whatever it leaves out",
    (some, except) => {
      expect(shut([into(...some, { from: [{ ipBlock: { cidr: '10.0.0.0/8', except } }] })])).toBeUndefined();
    },
  );
});

describe('on the way out', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const address4 = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
  const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
  const address6 = fc.tuple(group, group, group, group).map((parts) => `${parts.join(':')}::7`);
  /** Blocks around the address and blocks anywhere. */
  const blocks = (address: fc.Arbitrary<string>, bits: number, family: 'ipv4' | 'ipv6') =>
    address.chain((own) => {
      const block = fc
        .tuple(fc.oneof(fc.constant(own), address), fc.integer({ min: 0, max: bits }))
        .map(([base, length]) => ({ base, length, cidr: `${base}/${length}` }));
      return fc.record({
        own: fc.constant(own),
        block,
        except: fc.array(block, { maxLength: 2 }),
        family: fc.constant(family),
      });
    });

  property.prop([fc.oneof(blocks(address4, 32, 'ipv4'), blocks(address6, 128, 'ipv6'))], { numRuns: 300 })(
    "the pod's address is known: a block opens the way to it, but for what it leaves out",
    ({ own, block, except, family }) => {
      const holds = ({ base, length }: { base: string; length: number }) => {
        const list = new BlockList();
        list.addSubnet(base, length, family);
        return list.check(own, family);
      };
      const rule = { to: [{ ipBlock: { cidr: block.cidr, except: except.map(({ cidr }) => cidr) } }] };
      const isOpen = holds(block) && !except.some(holds);
      expect(shut([outOf(rule)], { address: own })?.way).toBe(isOpen ? undefined : 'out');
    },
  );

  test('a block of the other family holds none of its addresses', () => {
    expect(shut([outOf({ to: [{ ipBlock: { cidr: '::/0' } }] })])?.way).toBe('out');
  });

  test('a block that cannot be read is no reason to blame', () => {
    expect(shut([outOf({ to: [{ ipBlock: { cidr: '10.0.0.0' } }] })])).toBeUndefined();
  });
});

property.prop([rules, rules, fc.constantFrom('prometheus', 'pod')])(
  "who is on a node's own network is not judged by labels",
  (some, more, onHost) => {
    expect(shut([into(...some), outOf(...more)], { onHost: onHost as 'prometheus' | 'pod' })).toBeUndefined();
  },
);
