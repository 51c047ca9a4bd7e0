import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { addresses, currentBed, until } from './bed/bed.ts';

/** The bed itself: each claim that other tests build on, shown once by itself. */
const bed = currentBed();

const restrictedPod = (overrides: object = {}) => ({
  securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'app',
      image: 'registry.example.com/app:1',
      ports: [{ name: 'http', containerPort: 3001 }],
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, ...overrides },
    },
  ],
});

const deployment = (namespace: string, name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: restrictedPod() },
  },
});

const issuer = (name: string, server: string, caBundle: string) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'ClusterIssuer',
  metadata: { name },
  spec: {
    acme: {
      server,
      ...(caBundle === '' ? {} : { caBundle: Buffer.from(caBundle).toString('base64') }),
      email: 'platform@orion.example',
      privateKeySecretRef: { name: `${name}-account` },
      solvers: [{ http01: { ingress: { ingressClassName: 'nginx' } } }],
    },
  },
});

const certificate = (namespace: string, host: string, issuerName: string) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'served', namespace },
  spec: { secretName: 'served-tls', dnsNames: [host], issuerRef: { name: issuerName, kind: 'ClusterIssuer' } },
});

const secretPath = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets/served-tls`;

async function issued(namespace: string): Promise<X509Certificate> {
  const secret = await until('the certificate in its Secret', () => bed.api.find(secretPath(namespace)), 90);
  return new X509Certificate(Buffer.from(secret.data['tls.crt'], 'base64'));
}

test('the API server answers, with its version', async () => {
  const { body } = await bed.api.request('GET', '/version');
  expect(body.gitVersion).toMatch(/^v1\.\d+\.\d+/);
});

test("a Deployment's pods become Ready, and what listens in them is reached", async () => {
  const namespace = await bed.namespace('pods');
  await bed.kubectl('apply -f -', deployment(namespace, 'app'));
  await bed.kubectl(`-n ${namespace} rollout status deployment/app --timeout 30s`);
  const { items } = await bed.api.get(`/api/v1/namespaces/${namespace}/pods`);
  expect(items).toHaveLength(3);
  const page = await bed.kubectl([
    'get',
    '--raw',
    `/api/v1/namespaces/${namespace}/pods/${items[0].metadata.name}:3001/proxy/metrics`,
  ]);
  expect(page).toContain('http_requests_total');
});

test('Pod Security refuses a privileged pod', async () => {
  const namespace = await bed.namespace('strict');
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bad', namespace },
    spec: restrictedPod({ privileged: true, allowPrivilegeEscalation: true }),
  };
  await expect(bed.kubectl('create -f -', pod)).rejects.toThrow(
    /violates PodSecurity "restricted:latest": privileged \(container "app" must not set/,
  );
});

test('a right that was not given is refused, one that was given holds', async () => {
  const namespace = await bed.namespace('rights');
  const kubeconfig = await bed.userWith([
    { namespace, apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
  ]);
  const kubectl = bed.kubectlAs(kubeconfig);
  expect(await kubectl(`-n ${namespace} get configmaps -o name`)).toContain('configmap/kube-root-ca.crt');
  await expect(kubectl(`-n ${namespace} get secrets`)).rejects.toThrow(/cannot list resource "secrets"/);
  await expect(kubectl(`-n ${namespace} delete configmap kube-root-ca.crt`)).rejects.toThrow(/cannot delete resource/);
  await expect(bed.kubectlAs(bed.kubeconfigOf('viewer'))('get clusterissuers')).resolves.toBeDefined();
});

test('the audit log tells writes from dry runs, by whom and on what', async () => {
  const namespace = await bed.namespace('audit');
  const mark = bed.auditMark();
  await bed.kubectl(`-n ${namespace} create configmap dry --dry-run=server`);
  await bed.kubectl(`-n ${namespace} create configmap real`);
  await bed.kubectl(`-n ${namespace} get configmap real`);
  const byAdmin = (await bed.auditLog(mark)).filter((entry) => entry.user === 'admin');
  expect(byAdmin.map(({ verb, resource, name, dryRun, code }) => ({ verb, resource, name, dryRun, code }))).toEqual([
    { verb: 'create', resource: 'configmaps', name: 'dry', dryRun: true, code: 201 },
    { verb: 'create', resource: 'configmaps', name: 'real', dryRun: false, code: 201 },
  ]);
});

test('a certificate is issued over HTTP-01 through the ingress, and served', async () => {
  const namespace = await bed.namespace('issue');
  const host = `${namespace}.orion.example`;
  await bed.dns.set(host, { a: [addresses.loadBalancer] });
  const { directory, caBundle } = bed.acme.staging;
  await bed.kubectl('apply -f -', issuer('bed-staging', directory, caBundle));
  await bed.kubectl('apply -f -', certificate(namespace, host, 'bed-staging'));
  const leaf = await issued(namespace);
  expect(leaf.checkHost(host)).toBe(host);
});

test("Let's Encrypt's own addresses lead to the ACME servers here", async () => {
  const namespace = await bed.namespace('encrypt');
  const host = `${namespace}.orion.example`;
  await bed.dns.set(host, { a: [addresses.loadBalancer] });
  await bed.kubectl('apply -f -', issuer('bed-letsencrypt', 'https://acme-v02.api.letsencrypt.org/directory', ''));
  await bed.kubectl('apply -f -', certificate(namespace, host, 'bed-letsencrypt'));
  const leaf = await issued(namespace);
  expect(leaf.checkHost(host)).toBe(host);
});
