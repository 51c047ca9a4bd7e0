import { fc, test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { admitsEgress, admitsIngress, type Peer } from '../../../src/core/kubernetes/network-policy.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { labelsMap, selector } from './random-labels.ts';

/** What the NetworkPolicy API's own words (networking.k8s.io/v1) promise of any policies, pods and ports. */
type Rule = { readonly ends?: readonly object[]; readonly ports?: readonly object[] };
type Spec = {
  readonly podSelector: object;
  readonly policyTypes?: readonly string[];
  readonly rules?: readonly Rule[];
};

const home = 'orion';
const port = fc.integer({ min: 1, max: 12 });
const portName = fc.constantFrom('http', 'metrics');
const protocol = fc.constantFrom({}, { protocol: 'TCP' }, { protocol: 'UDP' });
const portEntry = fc
  .tuple(
    fc.oneof(
      fc.record({ port: fc.oneof(port, portName) }),
      fc.tuple(port, fc.nat(4)).map(([first, more]) => ({ port: first, endPort: first + more })),
      fc.constant({}),
    ),
    protocol,
  )
  .map(([entry, how]) => ({ ...entry, ...how }));
const byLabels = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
);
const byAddress = fc.constant({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } });
const rulesOf = (end: fc.Arbitrary<object>) =>
  fc.record(
    { ends: fc.array(end, { maxLength: 2 }), ports: fc.array(portEntry, { maxLength: 2 }) },
    { requiredKeys: [] },
  );
const rule: fc.Arbitrary<Rule> = rulesOf(fc.oneof({ weight: 3, arbitrary: byLabels }, byAddress));
const rules = fc.array(rule, { maxLength: 3 });
const peer: fc.Arbitrary<Peer> = fc.record({
  namespace: fc.constantFrom(home, 'monitoring'),
  namespaceLabels: labelsMap,
  podLabels: labelsMap,
});
const podPort = fc.record({ number: port, name: fc.option(portName, { nil: undefined }) });

/** Both ways keep the same promises. */
const ways = [
  { way: 'Ingress', list: 'ingress', ends: 'from', admits: admitsIngress },
  { way: 'Egress', list: 'egress', ends: 'to', admits: admitsEgress },
] as const;

describe.each(ways)('$way', ({ way, list, ends, admits }) => {
  const policy = ({ podSelector, policyTypes, rules: given }: Spec, namespace = home): KubernetesObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'a-policy', namespace },
    spec: {
      podSelector,
      ...(policyTypes ? { policyTypes } : {}),
      ...(given
        ? { [list]: given.map(({ ends: end, ports }) => ({ ...(end && { [ends]: end }), ...(ports && { ports }) })) }
        : {}),
    },
  });
  const guarding = (given: readonly Rule[]) => policy({ podSelector: {}, policyTypes: [way], rules: given });
  const answer = (
    policies: readonly KubernetesObject[],
    labels: object,
    other: Peer,
    there: { number: number; name: string | undefined },
  ) => admits(policies, { namespace: home, labels: labels as Record<string, string> }, other, there).admitted;
  const rank = { no: 0, perhaps: 1, yes: 2 };

  property.prop([rules, labelsMap, peer, podPort])(
    'admits everything where no policy selects the pod, is of its namespace, or is for this way',
    (given, labels, other, there) => {
      const none = {
        matchExpressions: [
          { key: 'app', operator: 'Exists' },
          { key: 'app', operator: 'DoesNotExist' },
        ],
      };
      const away = way === 'Ingress' ? 'Egress' : 'Ingress';
      const policies = [
        policy({ podSelector: none, policyTypes: [way], rules: given }),
        policy({ podSelector: {}, policyTypes: [way], rules: given }, 'elsewhere'),
        policy({ podSelector: {}, policyTypes: [away], rules: given }),
      ];
      expect(answer([], labels, other, there)).toBe('yes');
      expect(answer(policies, labels, other, there)).toBe('yes');
    },
  );

  property.prop([labelsMap, peer, podPort])(
    'admits nothing where a policy selects the pod and has no rules',
    (labels, other, there) => {
      const [empty, absent] = [guarding([]), policy({ podSelector: {}, policyTypes: [way] })];
      expect(admits([empty], { namespace: home, labels }, other, there)).toEqual({ admitted: 'no', policies: [empty] });
      expect(answer([absent], labels, other, there)).toBe('no');
      expect(answer([guarding([{}]), absent], labels, other, there)).toBe('yes');
    },
  );

  property.prop([
    fc.array(fc.tuple(selector, rules), { minLength: 1, maxLength: 3 }),
    selector,
    rules,
    labelsMap,
    peer,
    podPort,
  ])(
    'never admits less for one more policy, where the pod is selected already',
    (already, podSelector, more, labels, other, there) => {
      const policies = [
        guarding([]),
        ...already.map(([chosen, given]) => policy({ podSelector: chosen, policyTypes: [way], rules: given })),
      ];
      const another = policy({ podSelector, policyTypes: [way], rules: more });
      const [before, after] = [policies, [another, ...policies]].map((all) => answer(all, labels, other, there));
      expect(rank[after ?? 'no']).toBeGreaterThanOrEqual(rank[before ?? 'yes']);
    },
  );

  property.prop([rules, rules, labelsMap, peer, podPort])(
    'admits by the best of the rules, in one policy or in several',
    (some, more, labels, other, there) => {
      const best = [...some, ...more]
        .map((one) => answer([guarding([one])], labels, other, there))
        .reduce((high, one) => (rank[one] > rank[high] ? one : high), 'no');
      expect(answer([guarding([...some, ...more])], labels, other, there)).toBe(best);
      expect(answer([guarding(some), guarding(more)], labels, other, there)).toBe(best);
    },
  );

  property.prop([rule, labelsMap, peer, podPort])(
    'wants both an end and a port of the rule: of each, one entry is enough and none is all',
    (one, labels, other, there) => {
      const alone = (part: Rule) => answer([guarding([part])], labels, other, there);
      const best = (parts: readonly Rule[]) =>
        parts.length === 0 ? 'yes' : parts.map(alone).reduce((high, next) => (rank[next] > rank[high] ? next : high));
      const [end, opened] = [
        best((one.ends ?? []).map((item) => ({ ends: [item] }))),
        best((one.ports ?? []).map((item) => ({ ports: [item] }))),
      ];
      expect(alone(one)).toBe(rank[end] < rank[opened] ? end : opened);
    },
  );

  property.prop([labelsMap, peer, podPort])('cannot tell of an address', (labels, other, there) => {
    const byBlock = { ends: [{ ipBlock: { cidr: '10.0.0.0/8' } }] };
    expect(answer([guarding([byBlock])], labels, other, there)).toBe('perhaps');
    expect(answer([guarding([{ ...byBlock, ports: [{ protocol: 'UDP' }] }])], labels, other, there)).toBe('no');
    expect(answer([guarding([byBlock, {}])], labels, other, there)).toBe('yes');
  });

  property.prop([labelsMap, labelsMap, fc.boolean(), podPort])(
    'takes pods alone from its own namespace, a namespace whole, and both together',
    (labels, podLabels, isHere, there) => {
      const other = { namespace: isHere ? home : 'monitoring', namespaceLabels: { team: 'x' }, podLabels };
      const of = (end: object) => answer([guarding([{ ends: [end] }])], labels, other, there);
      const [theirs, others] = [{ matchLabels: { team: 'x' } }, { matchLabels: { team: 'y' } }];
      const [those, none] = [{ matchLabels: podLabels }, { matchLabels: { team: 'x' } }];
      expect(of({ podSelector: those })).toBe(isHere ? 'yes' : 'no');
      expect(of({ podSelector: none })).toBe('no');
      expect(of({ namespaceSelector: {} })).toBe('yes');
      expect(of({ namespaceSelector: theirs })).toBe('yes');
      expect(of({ namespaceSelector: others })).toBe('no');
      expect(of({ namespaceSelector: theirs, podSelector: those })).toBe('yes');
      expect(of({ namespaceSelector: others, podSelector: those })).toBe('no');
      expect(of({ namespaceSelector: theirs, podSelector: none })).toBe('no');
    },
  );

  property.prop([fc.array(portEntry, { minLength: 1, maxLength: 4 }), labelsMap, peer, podPort], { numRuns: 500 })(
    'opens TCP ports by number, by the name that the pod gives it, and by range, its last one too',
    (entries, labels, other, there) => {
      const opened = new Set<number | string>();
      for (const entry of entries as readonly { port?: number | string; endPort?: number; protocol?: string }[]) {
        if (entry.protocol === 'UDP') continue;
        if (typeof entry.port === 'string') opened.add(entry.port);
        const [first, last] = typeof entry.port === 'number' ? [entry.port, entry.endPort ?? entry.port] : [1, 65_535];
        if (typeof entry.port !== 'string')
          for (let number = first; number <= last && number < 20; number += 1) opened.add(number);
      }
      const isOpen = opened.has(there.number) || (there.name !== undefined && opened.has(there.name));
      expect(answer([guarding([{ ports: entries }])], labels, other, there)).toBe(isOpen ? 'yes' : 'no');
    },
  );
});
