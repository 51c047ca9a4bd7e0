import { X509Certificate } from 'node:crypto';
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditMark, readAudit } from './bed/audit.ts';
import { addresses, currentBed, until } from './bed/bed.ts';
import { certificate, deployment, issuer, podSpec } from './sample-objects.ts';

/** The bed itself: each claim about the cluster that other tests build on, shown once by itself. */
const bed = currentBed();

async function issued(namespace: string): Promise<X509Certificate> {
  const path = `/api/v1/namespaces/${namespace}/secrets/served-tls`;
  const secret = await until('the certificate in its Secret', () => bed.api.find(path), 120);
  return new X509Certificate(Buffer.from(secret.data['tls.crt'], 'base64'));
}

async function readyPods(namespace: string): Promise<number> {
  const { status } = await bed.api.get(`/apis/apps/v1/namespaces/${namespace}/deployments/app`);
  return status?.readyReplicas ?? 0;
}

test('the API server answers, with its version', async () => {
  const { body } = await bed.api.request('GET', '/version');
  expect(body.gitVersion).toMatch(/^v1\.\d+\.\d+/);
});

test("a Deployment's pods become Ready, and what listens in them is reached", async () => {
  const namespace = await bed.namespace('pods');
  await bed.kubectl('apply -f -', deployment(namespace, 'app'));
  await bed.kubectl(`-n ${namespace} rollout status deployment/app --timeout 60s`);
  const { items } = await bed.api.get(`/api/v1/namespaces/${namespace}/pods`);
  expect(items).toHaveLength(3);
  const proxy = `/api/v1/namespaces/${namespace}/pods/${items[0].metadata.name}:3001/proxy`;
  expect(await bed.kubectl(['get', '--raw', `${proxy}/metrics`])).toContain('http_requests_total');
});

test('a pod does as its annotation says, and recovers without it', async () => {
  const namespace = await bed.namespace('loop');
  await bed.kubectl('apply -f -', deployment(namespace, 'app', 1, { 'bed/behaves': 'crash-loop' }));
  const pod = await until('the crash loop', async () => {
    const { items } = await bed.api.get(`/api/v1/namespaces/${namespace}/pods`);
    return items[0]?.status?.containerStatuses?.[0].state.waiting?.reason === 'CrashLoopBackOff' ? items[0] : undefined;
  });
  expect(pod.status.containerStatuses[0].restartCount).toBeGreaterThan(1);
  expect(await readyPods(namespace)).toBe(0);
  await bed.kubectl(`-n ${namespace} annotate pod ${pod.metadata.name} bed/behaves-`);
  await until('the pod to recover', async () => (await readyPods(namespace)) === 1 || undefined);
});

test('Pod Security refuses a privileged pod', async () => {
  const namespace = await bed.namespace('strict');
  const spec = podSpec({ privileged: true, allowPrivilegeEscalation: true });
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bad', namespace }, spec };
  const refusal = /violates PodSecurity "restricted:latest": privileged \(container "app" must not set/;
  await expect(bed.kubectl('create -f -', pod)).rejects.toThrow(refusal);
});

test('a right that was not given is refused, one that was given holds', async () => {
  const namespace = await bed.namespace('rights');
  const rights = [{ namespace, apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }];
  const kubectl = bed.kubectlAs(await bed.userWith(rights));
  expect(await kubectl(`-n ${namespace} get configmaps -o name`)).toContain('configmap/kube-root-ca.crt');
  await expect(kubectl(`-n ${namespace} get secrets`)).rejects.toThrow(/cannot list resource "secrets"/);
  await expect(kubectl(`-n ${namespace} delete configmap kube-root-ca.crt`)).rejects.toThrow(/cannot delete resource/);
});

test('the viewer reads what an operator reads, but no Secret', async () => {
  const kubectl = bed.kubectlAs(bed.kubeconfigOf('viewer'));
  for (const kind of ['clusterissuers', 'nodes', 'certificates -A', 'prometheuses -A', 'pods -A']) {
    await expect(kubectl(`get ${kind}`)).resolves.toBeDefined();
  }
  await expect(kubectl('get secrets -A')).rejects.toThrow(/cannot list resource "secrets"/);
});

test('what the audit log was still writing when it was marked began before', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'orion-setup-audit-')), 'audit.jsonl');
  const line = (name: string) =>
    `${JSON.stringify({ stage: 'ResponseComplete', auditID: name, user: { username: 'admin' }, requestURI: '/', objectRef: { name } })}\n`;
  const namesSince = async (mark: number) => (await readAudit(file, mark)).map(({ name }) => name);
  writeFileSync(file, `${line('first')}${line('cut').slice(0, 20)}`);
  const mark = auditMark(file);
  expect(await namesSince(mark)).toEqual([]);
  appendFileSync(file, line('cut').slice(20) + line('after'));
  expect(await namesSince(mark)).toEqual(['after']);
  expect(await namesSince(line('first').length)).toEqual(['cut', 'after']);
  expect(await namesSince(0)).toEqual(['first', 'cut', 'after']);
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

test("cert-manager's pod shows the log of the controllers", async () => {
  const log = await until('the log', async () => {
    const text = await bed.kubectl('-n cert-manager logs deployment/cert-manager');
    return text.includes('certificates-issuing') ? text : undefined;
  });
  expect(log).toContain('challenges');
});

test('an autoscaler sees what the pods use, and scales', async () => {
  const namespace = await bed.namespace('scale');
  const { spec, ...rest } = deployment(namespace, 'app', 1);
  const [container] = spec.template.spec.containers;
  const sized = { ...container, resources: { requests: { cpu: '100m' } } };
  const template = { ...spec.template, spec: { ...spec.template.spec, containers: [sized] } };
  await bed.kubectl('apply -f -', { ...rest, spec: { ...spec, template } });
  await bed.kubectl(`-n ${namespace} autoscale deployment app --min 1 --max 4 --cpu 70%`);
  await bed.metrics.use({ cpu: '140m', memory: '60Mi' });
  await until('the autoscaler to act', async () => (await readyPods(namespace)) > 1 || undefined, 60);
  await bed.metrics.close();
  await until('the autoscaler to miss its data', async () => {
    const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/app`;
    const { status } = await bed.api.get(path);
    const active = status.conditions.find((each: { type: string }) => each.type === 'ScalingActive');
    return active.reason === 'FailedGetResourceMetric' || undefined;
  });
  await bed.metrics.reset();
});

test('a certificate is issued over HTTP-01 through the ingress, each CA by its own directory', async () => {
  const namespace = await bed.namespace('issue');
  const host = `${namespace}.orion.example`;
  await bed.dns.set(host, { a: [addresses.loadBalancer] });
  const { directory, caBundle } = bed.acme.staging;
  await bed.kubectl('apply -f -', issuer('bed-staging', directory, caBundle));
  await bed.kubectl('apply -f -', certificate(namespace, host, 'bed-staging'));
  expect((await issued(namespace)).checkHost(host)).toBe(host);
});

test("Let's Encrypt's own addresses lead to the ACME servers here", async () => {
  const namespace = await bed.namespace('encrypt');
  const host = `${namespace}.orion.example`;
  await bed.dns.set(host, { a: [addresses.loadBalancer] });
  await bed.kubectl('apply -f -', issuer('bed-letsencrypt', 'https://acme-v02.api.letsencrypt.org/directory'));
  await bed.kubectl('apply -f -', certificate(namespace, host, 'bed-letsencrypt'));
  expect((await issued(namespace)).checkHost(host)).toBe(host);
});

test('without controllers a status that is planted stays', async () => {
  const bare = await bed.bare();
  const object = certificate('default', 'planted.orion.example', 'nobody');
  await bare.kubectl('create -f -', object);
  const conditions = [{ type: 'Ready', status: 'False', reason: 'DoesNotExist', message: 'planted' }];
  const path = '/apis/cert-manager.io/v1/namespaces/default/certificates/served';
  await bare.api.mergePatch(`${path}/status`, { status: { conditions } });
  expect((await bare.api.get(path)).status.conditions[0].message).toBe('planted');
});
