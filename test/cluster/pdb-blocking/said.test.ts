import { once } from 'node:events';
import https from 'node:https';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { newAuthority } from '../bed/authority.ts';
import { currentBed, until } from '../bed/bed.ts';
import { keptWords } from '../kept-words.ts';
import { deployment, podSpec } from '../sample-objects.ts';

/** The words of the real API server and the real scheduler for what no typed field tells. */
const bed = currentBed();
const said = keptWords();
let namespace: string;

beforeAll(async () => {
  namespace = await bed.namespace('said');
});

const complaint = async (file: object): Promise<string> => {
  const { body } = await bed.api.request('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, file);
  return body.message ?? '';
};

const pod = (spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'app', namespace },
  spec: { ...podSpec(), ...spec },
});

const using = (resources: object) => ({
  containers: podSpec().containers.map((container) => ({ ...container, resources })),
});
const range = (type: 'Pod' | 'Container', of: object) => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'rule' },
  spec: { limits: [{ type, ...of }] },
});
const used = using({ requests: { cpu: '100m' }, limits: { cpu: '200m' } });

test.each<readonly [string, object, object, RegExp]>([
  ['min-of-a-container', range('Container', { min: { cpu: '1' } }), used, /minimum cpu usage per Container is/],
  ['min-of-a-pod', range('Pod', { min: { cpu: '1' } }), used, /minimum cpu usage per Pod is/],
  ['max-of-a-container', range('Container', { max: { cpu: '10m' } }), used, /maximum cpu usage per Container is/],
  ['max-of-a-pod', range('Pod', { max: { cpu: '10m' } }), used, /maximum cpu usage per Pod is/],
  [
    'ratio-of-a-container',
    range('Container', { maxLimitRequestRatio: { cpu: '1' } }),
    used,
    /max limit to request ratio per Container is/,
  ],
  [
    'ratio-of-a-pod',
    range('Pod', { maxLimitRequestRatio: { cpu: '1' } }),
    used,
    /max limit to request ratio per Pod is/,
  ],
  [
    'quota-wants-limits',
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'rule' }, spec: { hard: { 'limits.memory': '1Gi' } } },
    {},
    /failed quota: rule: must specify limits\.memory/,
  ],
])('the API server refuses a pod: %s', async (name, rule, of, words) => {
  await bed.kubectl(`-n ${namespace} apply -f -`, rule);
  said[name] = await until('the rule to be kept', async () => words.exec(await complaint(pod(of)))?.input);
  await bed.kubectl(`-n ${namespace} delete limitrange,resourcequota rule --ignore-not-found`);
});

test('the API server refuses a pod and an eviction by a webhook, and where that does not answer', async () => {
  const [address, port] = ['127.77.0.54', 8443];
  const authority = newAuthority('admission');
  const { certificate: cert, key } = authority.issue({ name: 'admission', names: [address] });
  const server = https.createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { uid } = JSON.parse(Buffer.concat(chunks).toString()).request;
      const answer = { uid, allowed: false, status: { code: 400, message: 'a label is missing' } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
    });
  });
  server.listen(port, address);
  await once(server, 'listening');
  onTestFinished(
    async () => void (await bed.kubectl(`delete validatingwebhookconfiguration ${namespace} --ignore-not-found`)),
  );
  await bed.kubectl('apply -f -', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: namespace },
    webhooks: [
      {
        name: 'policy.orion.example',
        clientConfig: {
          url: `https://${address}:${port}/`,
          caBundle: Buffer.from(authority.certificate).toString('base64'),
        },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods', 'pods/eviction'] }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  });
  const refused = (words: RegExp) =>
    until('the webhook to be asked', async () => words.exec(await complaint(pod()))?.input);
  said['webhook-says-no'] = await refused(/admission webhook "policy\.orion\.example" denied the request: /);
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'app', namespace } };
  const evicted = await bed.api.request('POST', `/api/v1/namespaces/${namespace}/pods/app/eviction`, eviction);
  said['webhook-of-evictions'] = evicted.body.message;
  expect(said['webhook-of-evictions']).toMatch(/^admission webhook ".*" denied the request/);
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  said['webhook-down'] = await refused(/failed calling webhook "policy\.orion\.example": /);
  await bed.kubectl(`delete validatingwebhookconfiguration ${namespace}`);
});

test('the API server refuses manifests of a Deployment', async () => {
  const made = deployment(namespace, 'app', 0);
  await bed.kubectl('create -f -', made);
  const patched = async (spec: object): Promise<string> => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/app?dryRun=All`;
    const answer = await bed.api.request('PATCH', path, { spec }, 'application/merge-patch+json');
    return answer.body.details.causes.map(({ field, message }: Json) => `${field}: ${message}`).join('; ');
  };
  const other = { matchLabels: { app: 'other' } };
  said['selector'] = await patched({ selector: other, template: { metadata: { labels: { app: 'other' } } } });
  said['recreate'] = await patched({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } });
  said['more-than-all'] = await patched({ strategy: { rollingUpdate: { maxUnavailable: '150%' } } });
  expect(said['selector']).toMatch(/^spec\.selector.*field is immutable/);
  expect(said['recreate']).toMatch(/rollingUpdate.*may not be specified when strategy `type` is/);
  expect(said['more-than-all']).toMatch(/must not be greater than 100%/);
});

test('the scheduler finds no node', async () => {
  const node = `${namespace}-small`;
  const room = { cpu: '8', memory: '16Gi', pods: '0' };
  onTestFinished(async () => void (await bed.kubectl(`delete node ${node} --ignore-not-found`)));
  await bed.api.create('/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node,
      labels: { 'kubernetes.io/hostname': node },
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
    },
    status: { capacity: room, allocatable: room },
  });
  const zone = 'topology.kubernetes.io/region';
  const own = { labelSelector: { matchLabels: { is: 'first' } }, topologyKey: zone };
  const labelled = (name: string, labels: object, spec: object) => ({
    ...pod(spec),
    metadata: { name, namespace, labels },
  });
  const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [own] } } };
  const spread = {
    topologySpreadConstraints: [
      {
        ...own,
        labelSelector: { matchLabels: { is: 'spread' } },
        topologyKey: 'bed/nowhere',
        maxSkew: 1,
        whenUnsatisfiable: 'DoNotSchedule',
      },
    ],
  };
  await bed.kubectl('create -f -', labelled('keeper', { is: 'keeper' }, apart));
  await bed.kubectl(`-n ${namespace} wait --for=condition=PodScheduled pod/keeper --timeout=30s`);
  for (const one of [
    labelled('full', {}, { nodeSelector: { 'kubernetes.io/hostname': node } }),
    labelled('kept-away', { is: 'first' }, {}),
    labelled('spread', { is: 'spread' }, spread),
  ])
    await bed.kubectl('create -f -', one);
  const words = { full: /Too many pods/, 'kept-away': /existing pods anti-affinity rules/, spread: /topology spread/ };
  for (const [name, as] of Object.entries(words))
    said[`scheduler-${name}`] = await until(`the scheduler on ${name}`, async () => {
      const { status } = await bed.api.get(`/api/v1/namespaces/${namespace}/pods/${name}`);
      const text = status.conditions?.find(({ type }: Json) => type === 'PodScheduled')?.message ?? '';
      return as.test(text) ? text : undefined;
    });
});

test('the API server refuses an eviction, because the budget holds too many that were not confirmed', async () => {
  const { api } = await bed.bare();
  const at = `/api/v1/namespaces/${namespace}`;
  const labels = { app: 'app' };
  await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await api.create(`${at}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
  await api.create(`${at}/pods`, { ...pod(), metadata: { name: 'app', labels } });
  const ready = [{ type: 'Ready', status: 'True' }];
  await api.mergePatch(`${at}/pods/app/status`, { status: { phase: 'Running', conditions: ready } });
  const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
  await api.create(budgets, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'app' },
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
  });
  const moment = new Date().toISOString();
  const disruptedPods = Object.fromEntries(Array.from({ length: 2001 }, (_, place) => [`app-${place}`, moment]));
  const counts = { currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, disruptionsAllowed: 1 };
  await api.mergePatch(`${budgets}/app/status`, { status: { observedGeneration: 1, ...counts, disruptedPods } });
  const { status, body } = await api.request('POST', `${at}/pods/app/eviction?dryRun=All`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'app', namespace },
    deleteOptions: { dryRun: ['All'] },
  });
  expect(status).toBe(403);
  said['budget-too-big'] = body.message;
  expect(said['budget-too-big']).toMatch(/^poddisruptionbudget\.policy "app" is forbidden: DisruptedPods map too big/);
});
