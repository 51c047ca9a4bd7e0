import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { clusterFacts } from '../../../src/core/prerequisites/cluster-facts.ts';
import { components } from '../../../src/core/prerequisites/components.ts';
import { crdOf, listOf, nodeMetrics, secondLooks, thirdLooks } from '../../../src/core/prerequisites/looks.ts';
import { kubectl } from '../../../src/core/prerequisites/machine.ts';
import { holdsUp } from '../../../src/core/prerequisites/prerequisite.ts';
import { rights, rightsFor } from '../../../src/core/prerequisites/rights.ts';
import { absent, clusterWith, object, refused, seen, usualImages, workloadsOf } from './cluster.ts';

type Id = ReturnType<typeof components>[number]['id'];
const verdict = (see: ReturnType<typeof clusterWith>, id: Id) => {
  const found = components(see).find((one) => one.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const withImages = (images: Partial<typeof usualImages>) =>
  clusterWith([listOf(kinds.Deployment), seen(workloadsOf({ ...usualImages, ...images }))]);

describe('the components', () => {
  it('of a whole cluster are fine, each with its version', () => {
    expect(components(clusterWith()).map(({ id, state, found }) => [id, state, found])).toEqual([
      ['cert-manager', 'fine', 'v1.21.2'],
      ['prometheus-operator', 'fine', 'v0.85.0'],
      ['ingress-nginx', 'fine', 'v1.14.1'],
      ['metrics-api', 'fine', null],
    ]);
    expect(components(clusterWith()).some(holdsUp)).toBe(false);
  });

  it.each([
    ['cert-manager', { 'cert-manager': 'quay.io/jetstack/cert-manager-controller:v1.13.0' }, 'fine'],
    ['cert-manager', { 'cert-manager': 'quay.io/jetstack/cert-manager-controller:v1.12.9' }, 'old'],
    [
      'cert-manager',
      { 'cert-manager': 'mirror.orion.io:5000/jetstack/cert-manager-controller:v1.9.1@sha256:00' },
      'old',
    ],
    ['cert-manager', { 'cert-manager': 'quay.io/jetstack/cert-manager-controller@sha256:00' }, 'unknown-version'],
    ['prometheus-operator', { 'prometheus-operator': 'x/prometheus-operator:v0.59.2' }, 'old'],
    ['prometheus-operator', { 'prometheus-operator': 'x/prometheus-operator:v0.60.0' }, 'fine'],
    ['ingress-nginx', { 'ingress-nginx': 'registry.k8s.io/ingress-nginx/controller:v1.8.4' }, 'old'],
    ['ingress-nginx', { 'ingress-nginx': 'registry.k8s.io/ingress-nginx/controller:v1.9.0' }, 'insecure'],
    ['ingress-nginx', { 'ingress-nginx': 'registry.k8s.io/ingress-nginx/controller:v1.11.4' }, 'insecure'],
    ['ingress-nginx', { 'ingress-nginx': 'registry.k8s.io/ingress-nginx/controller:v1.11.5' }, 'fine'],
    ['ingress-nginx', { 'ingress-nginx': 'registry.k8s.io/ingress-nginx/controller-chroot:v1.12.0' }, 'insecure'],
    ['ingress-nginx', { 'ingress-nginx': 'registry.k8s.io/ingress-nginx/controller:v1.12.1' }, 'fine'],
  ] as const)('%s of %o is %s', (id, images, state) => expect(verdict(withImages(images), id).state).toBe(state));

  it('ingress-nginx says that it is retired', () =>
    expect(verdict(clusterWith(), 'ingress-nginx').notices?.[0]?.text).toContain('since March 2026'));

  it.each([
    ['cert-manager', crdOf('clusterissuers.cert-manager.io')],
    ['prometheus-operator', crdOf('servicemonitors.monitoring.coreos.com')],
  ] as const)('%s without its CRD is missing, and holds it up with the commands', (id, look) => {
    const found = verdict(clusterWith([look, absent]), id);
    expect(found).toMatchObject({ state: 'missing', owner: 'platform' });
    expect(found.commands.length).toBeGreaterThan(0);
    expect(holdsUp(found)).toBe(true);
  });

  it('without an IngressClass and a controller ingress-nginx is missing', () => {
    const see = clusterWith([listOf(kinds.IngressClass), seen([])], [listOf(kinds.Deployment), seen([])]);
    expect(verdict(see, 'ingress-nginx').state).toBe('missing');
  });

  it('that run outside the cluster are there, their version is not told, and nothing is held up', () => {
    const see = clusterWith([listOf(kinds.Deployment), seen([])]);
    for (const id of ['cert-manager', 'prometheus-operator', 'ingress-nginx'] as const) {
      expect(verdict(see, id)).toMatchObject({ state: 'unknown-version', found: null });
      expect(holdsUp(verdict(see, id))).toBe(false);
    }
  });

  it('whose CRDs may not be read are not missing: the kind itself is asked, then nothing is claimed', () => {
    const hidden = [
      'certificates.cert-manager.io',
      'clusterissuers.cert-manager.io',
      'challenges.acme.cert-manager.io',
    ].map((name) => [crdOf(name), refused] as const);
    expect(verdict(clusterWith(...hidden), 'cert-manager').state).toBe('fine');
    expect(verdict(clusterWith(...hidden, [listOf(kinds.ClusterIssuer), refused]), 'cert-manager')).toMatchObject({
      state: 'cannot-look',
      commands: [],
    });
    expect(
      verdict(clusterWith([listOf(kinds.IngressClass), refused], [listOf(kinds.Deployment), refused]), 'ingress-nginx')
        .state,
    ).toBe('cannot-look');
  });

  it.each([
    [absent, 'missing'],
    [refused, 'cannot-look'],
    [{ ok: false, why: 'unreachable', detail: '503' } as const, 'broken'],
  ])('the metrics API answering %o is %s, and holds nothing up', (answer, state) => {
    const found = verdict(clusterWith([listOf(nodeMetrics), answer]), 'metrics-api');
    expect(found.state).toBe(state);
    expect(holdsUp(found)).toBe(false);
  });
});

describe('where all namespaces may not be listed', () => {
  const few = clusterWith(
    [listOf(kinds.Deployment), refused],
    [listOf(kinds.DaemonSet), refused],
    [listOf(kinds.Deployment, 'cert-manager'), seen(workloadsOf(usualImages).slice(0, 1))],
  );
  it('the usual ones are looked into', () => {
    expect(secondLooks(few)).toContainEqual(listOf(kinds.Deployment, 'cert-manager'));
    expect(secondLooks(clusterWith())).toEqual([]);
    expect(verdict(few, 'cert-manager')).toMatchObject({ state: 'fine', found: 'v1.21.2' });
    expect(verdict(few, 'prometheus-operator').because).toContain('may not be looked at');
  });
});

describe('the facts of a cluster', () => {
  it('are read where they stand', () => {
    expect(thirdLooks(clusterWith())).toEqual([
      listOf(kinds.Service, 'ingress-nginx'),
      listOf(kinds.ConfigMap, 'ingress-nginx'),
      listOf(kinds.PodMonitor, 'cert-manager'),
      listOf(kinds.ServiceMonitor, 'cert-manager'),
    ]);
    expect(clusterFacts(clusterWith())).toEqual({
      ingressClasses: [
        {
          name: 'nginx',
          isDefault: false,
          facts: { className: 'nginx', namespace: 'ingress-nginx', nodeCidrs: [], allowsCustomHeaders: false },
        },
      ],
      loadBalancer: ['203.0.113.10'],
      monitorLabels: { release: 'kps' },
      prometheusNamespace: 'monitoring',
      namespaces: ['orion-web'],
      deniesByDefault: false,
    });
  });

  it('a controller on the nodes’ network comes from their addresses', () => {
    const onHost = workloadsOf(usualImages).map((one) =>
      one.metadata.name === 'ingress-nginx'
        ? {
            ...one,
            spec: { template: { spec: { hostNetwork: true, containers: [{ image: usualImages['ingress-nginx'] }] } } },
          }
        : one,
    );
    const facts = clusterFacts(clusterWith([listOf(kinds.Deployment), seen(onHost)]));
    expect(facts.ingressClasses[0]?.facts.nodeCidrs).toEqual(['10.0.0.1/32', '10.0.0.2/32', '10.0.0.3/32']);
  });

  it.each([
    ['Strict-Transport-Security, x-frame-options,X-Content-Type-Options,Referrer-Policy,Permissions-Policy', true],
    ['X-Frame-Options', false],
  ])('headers %s allow ours: %s', (allowed, wanted) => {
    const map = object(
      kinds.ConfigMap,
      'ingress-nginx-controller',
      { data: { 'global-allowed-response-headers': allowed } },
      'ingress-nginx',
    );
    expect(
      clusterFacts(clusterWith([listOf(kinds.ConfigMap, 'ingress-nginx'), seen([map])])).ingressClasses[0]?.facts
        .allowsCustomHeaders,
    ).toBe(wanted);
  });

  it.each([
    [{ podSelector: {}, policyTypes: ['Ingress'] }, true],
    [{ podSelector: {}, policyTypes: ['Egress'] }, false],
    [{ podSelector: { matchLabels: { app: 'x' } }, policyTypes: ['Ingress'] }, false],
    [{ podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] }, false],
  ])('a policy %o denies by default: %s', (spec, wanted) => {
    const policy = object(kinds.NetworkPolicy, 'p', { spec }, 'orion-staging');
    expect(
      clusterFacts(clusterWith([listOf(kinds.NetworkPolicy, 'orion-staging'), seen([policy])])).deniesByDefault,
    ).toBe(wanted);
  });
});

describe('kubectl', () => {
  it('tells its version, or how it is had; set-up goes on without', () => {
    const stdout = JSON.stringify({ clientVersion: { gitVersion: 'v1.32.4' } }, null, 2);
    expect(kubectl({ ok: true, stdout, stderr: '' })).toMatchObject({ state: 'fine', found: 'v1.32.4' });
    const missing = kubectl({ ok: false, why: 'not-installed', exitCode: null, stdout: '', stderr: '' });
    expect(missing.commands[0]).toContain('kubernetes.io');
    expect(holdsUp(missing)).toBe(false);
  });
});

describe('rights', () => {
  const asked = (may: (resource: string) => boolean) =>
    rightsFor(['staging']).map((right) => ({ right, may: seen(may(right.resource)) }));
  it('name what is missing, in RBAC’s words', () => {
    expect(rights(asked(() => true)).state).toBe('fine');
    const some = rights(asked((resource) => resource !== 'servicemonitors'));
    expect(some).toMatchObject({ state: 'missing', owner: 'security' });
    expect(some.because).toContain('create servicemonitors.monitoring.coreos.com in orion-staging');
  });
  it('that are missing are all listed, in lines to send to whoever grants them', () => {
    const denied = ['namespaces', 'clusterissuers', 'secrets', 'nodes'];
    const { commands } = rights(asked((resource) => !denied.includes(resource)));
    expect(commands[0]).toBe('orion-setup prerequisites --rbac setup | kubectl apply -f -');
    expect(commands).toEqual(
      expect.arrayContaining([
        'cluster-wide: list nodes, nodes.metrics.k8s.io',
        'cluster-wide: list, create clusterissuers.cert-manager.io, namespaces',
        'in orion-staging: get, create, patch secrets',
      ]),
    );
  });
  it('that only show more do not hold set-up up, and are named', () => {
    const found = rights(asked((resource) => resource !== 'ingressclasses'));
    expect(found).toMatchObject({ state: 'cannot-look' });
    expect(found.because).toContain('list ingressclasses.networking.k8s.io');
    expect(holdsUp(found)).toBe(false);
  });
  it('that could not be asked are not a no', () => {
    expect(rights([{ right: rightsFor(['staging'])[0] as never, may: refused }])).toMatchObject({
      state: 'cannot-look',
    });
  });
});
