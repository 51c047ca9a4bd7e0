import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { diagnosisOf, scenarios, told } from '../scenario-files.ts';
import { type End, type NaivePod, naivelyAdmits, type Policy, type Port, type Selector } from './naive-policies.ts';

/**
 * The ingress controller gets no answer from the solver pod. Whether its NetworkPolicies are blamed is held, for any policies, pods and
 * peers, against what the documents of NetworkPolicy say, written down again as plainly as can be.
 */
const base = scenarios.find(({ name }) => name === 'networkpolicy-ingress-on-host-network') as Scenario;
const home = 'orion-staging';
const front = 'ingress-nginx';
const isSolver = ({ kind, metadata }: KubernetesObject) =>
  kind === 'Pod' && metadata.labels?.['acme.cert-manager.io/http01-solver'] === 'true';
const solver = base.objects.find(isSolver) as KubernetesObject;
const solverAddress = '10.244.0.1';

type Case = {
  readonly home: readonly Policy[];
  readonly front: readonly Policy[];
  readonly frontLabels: Readonly<Record<string, string>>;
  readonly pods: readonly NaivePod[];
  readonly portName: string | undefined;
};

/** The same request ends in a 504 whatever the policies say, so that nothing but them decides. */
function scenarioOf(given: Case): Scenario {
  const policies = (namespace: string, specs: readonly Policy[]) =>
    specs.map((spec, place) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `policy-${place}`, namespace },
      spec,
    }));
  const controllers = given.pods.map(({ labels, address, onHost }, place) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `ingress-nginx-controller-${place}`, namespace: front, labels },
    spec: { ...(onHost ? { hostNetwork: true } : {}), containers: [{ name: 'controller' }] },
    status: { phase: 'Running', podIP: address, podIPs: [{ ip: address }], hostIP: '192.0.2.20' },
  }));
  const ports = [
    { containerPort: 8089, protocol: 'TCP', ...(given.portName ? { name: given.portName } : {}) },
    // The same number for another protocol is another port.
    { containerPort: 8089, protocol: 'UDP', name: 'udp' },
  ];
  const kept = base.objects
    .filter(({ kind, metadata }) => kind !== 'NetworkPolicy' && !(kind === 'Pod' && metadata.namespace === front))
    .map((object) => {
      if (isSolver(object)) return { ...object, spec: { containers: [{ name: 'acmesolver', ports }] } };
      if (object.kind === 'Namespace' && object.metadata.name === front)
        return { ...object, metadata: { ...object.metadata, labels: given.frontLabels } };
      return object;
    });
  const objects = [...kept, ...policies(home, given.home), ...policies(front, given.front), ...controllers];
  const answer = { status: 504, body: '<center>nginx</center>', server: 'nginx', location: '' };
  return {
    ...base,
    objects: objects as readonly KubernetesObject[],
    world: {
      ...base.world,
      ingress: { ...base.world.ingress, intercepts: { '/.well-known/acme-challenge/': answer } },
    },
  };
}

/** Whether one of the controller's pods gets through, by the naive reading: at the solver's end, and at its own. */
function naively(given: Case): { readonly isLetIn: boolean; readonly isLetOut: boolean } {
  const to: NaivePod = {
    namespace: home,
    namespaceLabels: { 'kubernetes.io/metadata.name': home },
    labels: solver.metadata.labels ?? {},
    address: solverAddress,
    onHost: false,
  };
  const called = { number: 8089, names: given.portName ? [given.portName] : [] };
  return {
    isLetIn: given.pods.some((pod) => naivelyAdmits(given.home, 'Ingress', to, pod, called)),
    isLetOut: given.pods.some((pod) => pod.onHost || naivelyAdmits(given.front, 'Egress', pod, to, called)),
  };
}

const label = fc.constantFrom(
  ...(
    [
      ['kubernetes.io/metadata.name', front],
      ['kubernetes.io/metadata.name', home],
      ['app.kubernetes.io/name', 'ingress-nginx'],
      ['acme.cert-manager.io/http01-solver', 'true'],
      ['acme.cert-manager.io/http-token', '925699774'],
      ['team', 'edge'],
      ['team', 'web'],
      ['constructor', 'x'],
    ] as const
  ).map(([key, value]) => ({ key, value })),
);
const selector: fc.Arbitrary<Selector> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  label.map(({ key, value }) => ({ matchLabels: { [key]: value } })),
  fc.tuple(label, fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist')).map(([{ key, value }, operator]) => ({
    matchExpressions: [{ key, operator, ...(operator.endsWith('In') ? { values: [value, 'other'] } : {}) }],
  })),
);
const byName: fc.Arbitrary<Selector> = fc.constantFrom(front, home).map((name) => ({
  matchLabels: { 'kubernetes.io/metadata.name': name },
}));
const block = fc.constantFrom('10.244.0.0/16', '10.244.0.1/32', '10.244.1.0/24', '0.0.0.0/0', '192.0.2.0/24');
const end = (namespaces: fc.Arbitrary<Selector>): fc.Arbitrary<End> =>
  fc.oneof(
    fc.record(
      { namespaceSelector: fc.oneof(namespaces, byName), podSelector: selector },
      { requiredKeys: ['namespaceSelector'] },
    ),
    fc.record({ podSelector: selector }),
    fc.record({
      ipBlock: fc.record(
        { cidr: block, except: fc.array(fc.constantFrom('10.244.1.7/32', '10.244.0.0/24'), { maxLength: 2 }) },
        { requiredKeys: ['cidr'] },
      ),
    }),
  );
const port: fc.Arbitrary<Port> = fc.oneof(
  fc.record({ port: fc.constantFrom(8089, 8090, 'http', 'udp', 'web') }),
  fc
    .constantFrom([1, 8088], [8080, 8089], [8089, 8089], [8089, 9000], [8090, 9000])
    .map(([first = 0, last = 0]) => ({ port: first, endPort: last })),
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP') }),
  fc.record({ port: fc.constantFrom(8089, 'http'), protocol: fc.constantFrom('TCP', 'UDP', 'SCTP') }),
);
const types = fc.option(fc.constantFrom([], ['Ingress'], ['Egress'], ['Ingress', 'Egress']), { nil: undefined });
/** A policy that selects nothing decides nothing: most select. */
const selecting = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, selector);
const policy = (namespaces: fc.Arbitrary<Selector>): fc.Arbitrary<Policy> =>
  fc
    .record(
      {
        podSelector: selecting,
        ingress: fc.array(
          fc.record(
            {
              from: fc.array(end(namespaces), { minLength: 1, maxLength: 2 }),
              ports: fc.array(port, { maxLength: 2 }),
            },
            { requiredKeys: ['from'] },
          ),
          { maxLength: 2 },
        ),
        egress: fc.array(
          fc.record(
            { to: fc.array(end(namespaces), { minLength: 1, maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) },
            { requiredKeys: ['to'] },
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    )
    .chain((spec) => types.map((given) => (given ? { ...spec, policyTypes: given } : spec)));
const frontLabels = fc
  .constantFrom({}, { team: 'edge' }, { team: 'web' })
  .map((more) => ({ 'kubernetes.io/metadata.name': front, ...more }));
const pods = (labels: Readonly<Record<string, string>>): fc.Arbitrary<readonly NaivePod[]> =>
  fc.array(
    fc.record({
      namespace: fc.constant(front),
      namespaceLabels: fc.constant(labels),
      labels: fc.constantFrom({}, { team: 'edge' }, { team: 'web' }).map((more) => ({
        'app.kubernetes.io/name': 'ingress-nginx',
        'app.kubernetes.io/component': 'controller',
        ...more,
      })),
      address: fc.constantFrom('10.244.0.9', '10.244.1.7', '10.245.0.1'),
      onHost: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
    { minLength: 1, maxLength: 2 },
  );
const someCase: fc.Arbitrary<Case> = frontLabels.chain((labels) =>
  fc.record({
    home: fc.array(policy(selector), { maxLength: 2 }),
    // By what besides its name the Certificate's namespace is chosen is not looked at.
    front: fc.array(policy(byName), { maxLength: 2 }),
    frontLabels: fc.constant(labels),
    pods: pods(labels),
    portName: fc.constantFrom('http', 'web', undefined),
  }),
);

property.prop([someCase], { numRuns: 500 })(
  'the policies are blamed exactly where they keep every pod of the controller from the solver',
  async (given) => {
    const { isLetIn, isLetOut } = naively(given);
    const diagnosis = await diagnosisOf(scenarioOf(given));
    const blamed = diagnosis.findings.find(({ code }) => code === 'networkpolicy-blocks-solver');
    const wanted = isLetIn ? (isLetOut ? undefined : front) : home;
    expect(blamed?.object?.namespace, told(diagnosis)).toBe(wanted);
  },
);

test('the cases above are of all kinds', () => {
  const counts = { open: 0, in: 0, out: 0, onHost: 0 };
  for (const given of fc.sample(someCase, { numRuns: 600, seed: 1 })) {
    const { isLetIn, isLetOut } = naively(given);
    counts[isLetIn ? (isLetOut ? 'open' : 'out') : 'in'] += 1;
    if (!isLetIn && given.pods.every(({ onHost }) => onHost)) counts.onHost += 1;
  }
  for (const count of Object.values(counts)) expect(count, JSON.stringify(counts)).toBeGreaterThan(30);
});
