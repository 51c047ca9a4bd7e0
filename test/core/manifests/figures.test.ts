import { describe, expect, test } from 'vitest';
import { at, listAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import { only, rendered, sampleSecrets } from './sample-settings.ts';

/** Every figure of an environment, read from what is rendered for it. */
const environments = [
  {
    name: 'base',
    namespace: 'orion',
    host: 'auth.orion.example.com',
    issuer: 'letsencrypt-staging',
    min: 3,
    max: 6,
    rps: '100',
    connections: '10',
  },
  {
    name: 'staging',
    namespace: 'orion-staging',
    host: 'auth-staging.orion.example.com',
    issuer: 'letsencrypt-staging',
    min: 2,
    max: 4,
    rps: '100',
    connections: '10',
  },
  {
    name: 'production',
    namespace: 'orion-prod',
    host: 'auth.orion.example.com',
    issuer: 'letsencrypt-prod',
    min: 5,
    max: 10,
    rps: '200',
    connections: '20',
  },
] as const;

const render = (name: (typeof environments)[number]['name']): readonly KubernetesObject[] =>
  name === 'base' ? shippedBase : rendered(name, {}, sampleSecrets);

describe.each(environments)('$name', ({ name, namespace, host, issuer, min, max, rps, connections }) => {
  const objects = render(name);
  const annotations = textMapAt(only(objects, 'Ingress'), 'metadata.annotations');

  test('every namespaced object is in its namespace, and no cluster-scoped one is in any', () => {
    const stamps = objects.map(({ kind, metadata }) => [kind, metadata.namespace]);
    // The one that watches cert-manager stands beside it.
    const elsewhere = new Map([
      ['Namespace', undefined],
      ['ClusterIssuer', undefined],
      ['PodMonitor', 'cert-manager'],
    ]);
    expect(stamps).toEqual(stamps.map(([kind = '']) => [kind, elsewhere.has(kind) ? elsewhere.get(kind) : namespace]));
  });

  test('its Namespace enforces Pod Security restricted', () => {
    const object = only(objects, 'Namespace', namespace);
    expect(object.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  });

  test.each<[string, string, string, unknown]>([
    ['HorizontalPodAutoscaler', 'the autoscaler begins at', 'spec.minReplicas', min],
    ['HorizontalPodAutoscaler', 'the autoscaler ends at', 'spec.maxReplicas', max],
    [
      'HorizontalPodAutoscaler',
      'it scales on CPU at',
      'spec.metrics.0.resource',
      { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
    ],
    ['HorizontalPodAutoscaler', 'it scales', 'spec.scaleTargetRef.name', 'auth-service'],
    ['Deployment', 'no second owner of the number', 'spec.replicas', undefined],
    ['Certificate', 'issuer', 'spec.issuerRef', { group: 'cert-manager.io', kind: 'ClusterIssuer', name: issuer }],
    ['Certificate', 'names', 'spec.dnsNames', [host]],
    ['Certificate', 'common name', 'spec.commonName', host],
    ['Certificate', 'its Secret', 'spec.secretName', 'auth-tls-secret'],
    ['Certificate', 'duration', 'spec.duration', '2160h'],
    ['Certificate', 'renewed before', 'spec.renewBefore', '720h'],
    [
      'Certificate',
      'key',
      'spec.privateKey',
      { algorithm: 'RSA', encoding: 'PKCS1', size: 2048, rotationPolicy: 'Never' },
    ],
    ['Ingress', 'TLS', 'spec.tls', [{ hosts: [host], secretName: 'auth-tls-secret' }]],
    ['Ingress', 'class', 'spec.ingressClassName', 'nginx'],
    ['Ingress', 'host', 'spec.rules.0.host', host],
    ['Service', 'ports', 'spec.ports', [{ name: 'http', port: 3001, targetPort: 'http', protocol: 'TCP' }]],
    ['Service', 'selects', 'spec.selector', { app: 'auth-service' }],
    ['PodDisruptionBudget', 'keeps', 'spec.minAvailable', 1],
    ['PodDisruptionBudget', 'unhealthy pods', 'spec.unhealthyPodEvictionPolicy', 'IfHealthyBudget'],
    ['PodDisruptionBudget', 'selects', 'spec.selector', { matchLabels: { app: 'auth-service' } }],
    ['ServiceMonitor', 'scrapes port', 'spec.endpoints.0.port', 'http'],
    ['ServiceMonitor', 'scrapes path', 'spec.endpoints.0.path', '/metrics'],
    ['ServiceMonitor', 'scrapes every', 'spec.endpoints.0.interval', '30s'],
    ['ServiceMonitor', 'is selected by', 'metadata.labels.release', 'kube-prometheus-stack'],
  ])('%s: %s, %s = %j', (kind, _what, path, value) => {
    expect(at(only(objects, kind), path)).toEqual(value);
  });

  test.each<[string, string, unknown]>([
    ['CPU asked for', 'resources.requests.cpu', '100m'],
    ['memory asked for', 'resources.requests.memory', '128Mi'],
    ['CPU limit', 'resources.limits.cpu', '500m'],
    ['memory limit', 'resources.limits.memory', '512Mi'],
    ['root file system', 'securityContext.readOnlyRootFilesystem', true],
    ['port', 'ports', [{ name: 'http', containerPort: 3001, protocol: 'TCP' }]],
    ['writable', 'volumeMounts', [{ name: 'tmp', mountPath: '/tmp' }]],
    ['started when', 'startupProbe.httpGet.path', '/health'],
    ['ready when', 'readinessProbe.httpGet.path', '/api/auth/health'],
    ['alive when, without dependencies', 'livenessProbe.httpGet.path', '/health'],
    ['before it stops, with no shell in the image', 'lifecycle.preStop', { sleep: { seconds: 10 } }],
  ])('container: %s, %s = %j', (_what, path, value) => {
    expect(at(only(objects, 'Deployment'), `spec.template.spec.containers.0.${path}`)).toEqual(value);
  });

  test.each<[string, string, unknown]>([
    ['user', 'template.spec.securityContext.runAsUser', 1001],
    ['no service-account token', 'template.spec.automountServiceAccountToken', false],
    ['an emptyDir', 'template.spec.volumes', [{ name: 'tmp', emptyDir: {} }]],
    [
      'no required anti-affinity',
      'template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution',
      undefined,
    ],
    [
      'preferred anti-affinity',
      'template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.podAffinityTerm.topologyKey',
      'kubernetes.io/hostname',
    ],
    ['spread', 'template.spec.topologySpreadConstraints.0.whenUnsatisfiable', 'ScheduleAnyway'],
    ['strategy', 'strategy', { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }],
  ])('Deployment: %s, %s = %j', (_what, path, value) => {
    expect(at(only(objects, 'Deployment'), `spec.${path}`)).toEqual(value);
  });

  test('the grace period leaves time after the sleep', () => {
    expect(at(only(objects, 'Deployment'), 'spec.template.spec.terminationGracePeriodSeconds')).toBeGreaterThanOrEqual(
      10 + 30,
    );
  });

  test('the Ingress redirects, limits each client, and names nothing of cert-manager, CORS or headers unasked', () => {
    expect(annotations).toEqual({
      'nginx.ingress.kubernetes.io/ssl-redirect': 'true',
      'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true',
      'nginx.ingress.kubernetes.io/limit-rps': rps,
      'nginx.ingress.kubernetes.io/limit-connections': connections,
    });
  });

  test('two prefix paths lead to the service', () => {
    const paths = listAt(only(objects, 'Ingress'), 'spec.rules.0.http.paths').map((path) => [
      at(path, 'path'),
      at(path, 'pathType'),
      at(path, 'backend.service'),
    ]);
    const service = { name: 'auth-service', port: { number: 3001 } };
    expect(paths).toEqual([
      ['/api/auth', 'Prefix', service],
      ['/health', 'Prefix', service],
    ]);
  });

  test.each([
    ['letsencrypt-staging', 'https://acme-staging-v02.api.letsencrypt.org/directory'],
    ['letsencrypt-prod', 'https://acme-v02.api.letsencrypt.org/directory'],
  ])('ClusterIssuer %s asks %s, by HTTP-01', (issuerName, server) => {
    expect(at(only(objects, 'ClusterIssuer', issuerName), 'spec.acme')).toEqual({
      server,
      email: 'platform@orion.example.com',
      privateKeySecretRef: { name: `${issuerName}-account-key` },
      solvers: [{ http01: { ingress: { ingressClassName: 'nginx' } } }],
    });
  });
});
