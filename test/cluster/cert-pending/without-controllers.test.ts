import { afterEach, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { namesExactly } from './site.ts';

/** Causes that no controller may mend while they are looked at: on an API server of its own, where nothing else runs. */
const bed = currentBed();

/** Whatever a test took away is there again after it, however it ended. */
let putBack: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of putBack.toReversed()) await step();
  putBack = [];
});

test('node-clock-skew and a cluster without cert-manager, on an API server without controllers', async () => {
  const { api, kubectl, kubeconfig } = await bed.bare();
  const namespace = 'clock';
  await kubectl(`create namespace ${namespace}`);
  await kubectl('apply -f -', {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: { name: 'own', namespace },
    spec: { selfSigned: {} },
  });
  await kubectl('apply -f -', {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'auth-tls-cert', namespace },
    spec: {
      secretName: 'auth-tls-secret',
      dnsNames: ['clock.orion.example'],
      issuerRef: { kind: 'Issuer', name: 'own' },
    },
  });
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
  await kubectl([
    ...['-n', namespace, 'patch', 'certificate', 'auth-tls-cert', '--subresource', 'status', '--type', 'merge', '-p'],
    JSON.stringify({
      status: {
        notAfter: inHours(24),
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'Expired',
            message: 'Certificate expired',
            observedGeneration: 1,
            lastTransitionTime: inHours(48),
          },
        ],
      },
    }),
  ]);
  const site = { namespace, host: 'clock.orion.example', issuer: 'own' };
  await namesExactly(site, ['node-clock-skew'], 10, kubeconfig);

  // All of the Certificate lies between its making and its last write now; the Lease alone shows that its leader's clock is behind.
  const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: 'up to date', observedGeneration: 1 };
  await kubectl([
    ...['-n', namespace, 'patch', 'certificate', 'auth-tls-cert', '--subresource', 'status', '--type', 'merge', '-p'],
    JSON.stringify({
      status: { renewalTime: inHours(-2), conditions: [{ ...ready, lastTransitionTime: inHours(0) }] },
    }),
  ]);
  await kubectl('create namespace cert-manager');
  const labels = { 'app.kubernetes.io/name': 'cert-manager', 'app.kubernetes.io/component': 'controller' };
  await kubectl('apply -f -', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cert-manager', namespace: 'cert-manager', labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'controller', image: 'cert-manager:v1.21.2' }] } },
    },
  });
  await kubectl([
    ...[
      '-n',
      'cert-manager',
      'patch',
      'deployment',
      'cert-manager',
      '--subresource',
      'status',
      '--type',
      'merge',
      '-p',
    ],
    JSON.stringify({ status: { replicas: 1, readyReplicas: 1, availableReplicas: 1 } }),
  ]);
  const renewal = (renewTime: string) =>
    kubectl('apply -f -', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'cert-manager-controller', namespace: 'kube-system' },
      spec: { holderIdentity: 'cert-manager-0', leaseDurationSeconds: 60, renewTime: `${renewTime.slice(0, -1)}000Z` },
    });
  await renewal(inHours(-48));
  const behind = await namesExactly(site, ['node-clock-skew'], 10, kubeconfig);
  expect(behind.report.findings.map(({ code }) => code)).toContain('renewal-overdue');
  await renewal(inHours(0));
  await namesExactly(site, ['renewal-overdue'], 10, kubeconfig);

  const { items } = await api.get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
  const definitions = items
    .filter(({ spec }: Definition) => spec.group.endsWith('cert-manager.io'))
    .map(({ metadata: { name, labels }, ...others }: Definition) => ({
      ...others,
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name, labels },
      status: undefined,
    }));
  const names = definitions.map(({ metadata }: Definition) => metadata.name);
  putBack.push(async () => {
    await kubectl('create -f -', { apiVersion: 'v1', kind: 'List', items: definitions });
    await kubectl(['wait', '--for', 'condition=established', 'crd', ...names]);
  });
  await kubectl(['delete', 'crd', ...names]);
  const { code } = await namesExactly(site, ['cert-manager-not-installed-or-skewed'], 10, kubeconfig);
  expect(code).toBe(3);
});

type Definition = {
  readonly metadata: { readonly name: string; readonly labels?: object };
  readonly spec: { readonly group: string };
};
