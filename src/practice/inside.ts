import { gzipSync } from 'node:zlib';
import { alertmanagersDocument } from '../core/alerts/world.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { isAllowed } from '../core/kubernetes/rbac.ts';
import { addressOf, configSecretOf } from '../core/prometheus/address.ts';
import { queryDocument, runtimeDocument, targetsDocument } from '../core/prometheus/documents.ts';
import { jobsInConfig } from '../core/prometheus/live-pools.ts';
import { isAnswering, pageFor } from '../core/prometheus/world.ts';
import type { Scenario, World } from '../core/scenario.ts';
import { forbidden, mayDo } from './access.ts';
import { alertmanagerAnswer } from './alertmanager.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { notFound, refusal } from './api-status.ts';
import type { Cluster } from './cluster.ts';
import { isMap, type JsonMap } from './json.ts';

type Around = { readonly refused: Scenario['refused']; readonly world: World };

/**
 * What is reached through the API server but not stored in it: Prometheus and the pods by its proxies, the configuration that the operator
 * would write, and access reviews of others. Undefined for other paths.
 */
export function insideAnswer(cluster: Cluster, request: ApiRequest, around: Around): ApiAnswer | undefined {
  const { path, method } = request;
  if (path === '/apis/authorization.k8s.io/v1/subjectaccessreviews' && method === 'POST')
    return accessAnswer(cluster, request, around);
  const alerts = alertmanagerAnswer(cluster, request, around);
  if (alerts !== undefined || method !== 'GET') return alerts;
  const [, namespace = '', resource = '', name = '', rest = ''] =
    /^\/api\/v1\/namespaces\/([^/]+)\/(services|pods|secrets)\/([^/]+)(?:\/(?:proxy(\/.*)?|log))?$/.exec(path) ?? [];
  if (resource === 'secrets') return secretAnswer(cluster, request, namespace, name, around);
  if (resource === 'pods' && path.endsWith('/log'))
    return logAnswer({ cluster, request, namespace, name: decodeURIComponent(name), rest: '', around });
  if (!path.includes('/proxy')) return undefined;
  const where = { cluster, request, namespace, name: decodeURIComponent(name), rest, around };
  return resource === 'services' ? serviceAnswer(where) : resource === 'pods' ? podAnswer(where) : undefined;
}

type Where = {
  readonly cluster: Cluster;
  readonly request: ApiRequest;
  readonly namespace: string;
  readonly name: string;
  readonly rest: string;
  readonly around: Around;
};

/** Throws where the user may not, or the scenario refuses this look to everybody. */
function checkAllowed(
  { request, namespace, name }: Pick<Where, 'request' | 'namespace' | 'name'>,
  what: { readonly group?: string; readonly resource: string; readonly verb: string },
  looks: readonly string[],
  refused: Scenario['refused'],
): void {
  const attempt = { group: '', name, namespace, ...what };
  const kind = what.resource.startsWith('services') ? kinds.Service : kinds.Pod;
  const found = refused.find(({ look }) => looks.some((one) => one === look || one.startsWith(`${look} `)));
  if (!mayDo(request.user, attempt) || found?.why === 'forbidden') throw forbidden(request.user, kind, attempt);
  if (found)
    throw refusal(503, 'ServiceUnavailable', found.detail ?? 'the server is currently unable to handle the request');
}

const prometheusesIn = (cluster: Cluster, namespace: string): readonly KubernetesObject[] => [
  ...cluster.store.of(kinds.Prometheus, namespace),
  ...cluster.store.of(kinds.PrometheusAgent, namespace),
];

function serviceAnswer(where: Where): ApiAnswer | undefined {
  const { cluster, request, namespace, name, around } = where;
  const prometheus = prometheusesIn(cluster, namespace).find((one) => {
    const { scheme, service, port } = addressOf(one);
    return name === `${scheme}:${service}:${port}`;
  });
  const [, service = name] = name.split(':');
  const { prefix } = prometheus ? addressOf(prometheus) : { prefix: '' };
  const path = where.rest.startsWith(prefix) ? where.rest.slice(prefix.length) : '';
  const pool = request.query.get('scrapePool');
  const targets = pool === null ? 'scrape-pools' : 'scrape-pool';
  const look =
    { '/api/v1/targets': targets, '/api/v1/query': 'prometheus-query', '/api/v1/alertmanagers': 'alertmanagers' }[
      path
    ] ?? 'prometheus-runtime';
  const subject = pool ?? request.query.get('query');
  const looks = [[look, `${namespace}/${prometheus?.metadata.name}`, subject].filter(Boolean).join(' ')];
  checkAllowed(where, { verb: 'get', resource: 'services/proxy' }, looks, around.refused);
  if (!prometheus || !cluster.store.get(kinds.Service, namespace, service)) throw notFound(kinds.Service, service);
  const objects = cluster.store.all();
  if (!isAnswering(prometheus, objects, around.world))
    throw refusal(503, 'ServiceUnavailable', `no endpoints available for service "${name}"`);
  const data = documentAt(path, prometheus, objects, around.world, request, cluster.now());
  return data === undefined
    ? { code: 404, body: '404 page not found\n' }
    : { code: 200, body: { status: 'success', data } };
}

function documentAt(
  path: string,
  prometheus: KubernetesObject,
  objects: readonly KubernetesObject[],
  world: World,
  { query }: ApiRequest,
  now: Date,
): unknown {
  switch (path) {
    case '/api/v1/targets':
      return targetsDocument(prometheus, objects, world, query.get('scrapePool'), now);
    case '/api/v1/status/runtimeinfo':
      return runtimeDocument(world, now);
    case '/api/v1/alertmanagers':
      return alertmanagersDocument(prometheus, world);
    case '/api/v1/query':
      return queryDocument(query.get('query') ?? '', prometheus, objects, world, now);
    default:
      return undefined;
  }
}

const patienceSeconds = 10;

function podAnswer(where: Where): ApiAnswer {
  const [scheme = 'http', name = '', port = ''] = where.name.split(':');
  const looks = [`metrics-page ${where.namespace}/${name} ${scheme} ${port} ${where.rest}`];
  checkAllowed(where, { verb: 'get', resource: 'pods/proxy' }, looks, where.around.refused);
  const pod = where.cluster.store.get(kinds.Pod, where.namespace, name);
  if (!pod) throw notFound(kinds.Pod, name);
  const got = pageFor(pod, { scheme, port: Number(port), path: where.rest }, where.around.world);
  if ('error' in got) throw refusal(503, 'ServiceUnavailable', got.error);
  // Nobody waits for a page here: one that is slower than anybody's patience ends as the API server would end it.
  if (got.page.seconds >= patienceSeconds) throw refusal(504, 'Timeout', 'the pod did not answer in time');
  const { status, body, contentType, location } = got.page;
  return { code: status, body, contentType, location };
}

/** What the scenario's world says that the pod wrote, each line with its time. */
function logAnswer(where: Where): ApiAnswer {
  const looks = [`log-lines ${where.namespace}/${where.name}`];
  checkAllowed(where, { verb: 'get', resource: 'pods/log' }, looks, where.around.refused);
  if (!where.cluster.store.get(kinds.Pod, where.namespace, where.name)) throw notFound(kinds.Pod, where.name);
  const lines = where.around.world.logs[`${where.namespace}/${where.name}`] ?? [];
  return { code: 200, body: lines.map(({ time, text }) => `${time} ${text}\n`).join('') };
}

/** The generated configuration, as far as anybody looks at it: its jobs by name. */
function secretAnswer(
  cluster: Cluster,
  request: ApiRequest,
  namespace: string,
  name: string,
  { refused, world }: Around,
): ApiAnswer | undefined {
  const prometheus = prometheusesIn(cluster, namespace).find(({ metadata }) => configSecretOf(metadata) === name);
  if (!prometheus || cluster.store.get(kinds.Secret, namespace, name)) return undefined;
  const looks = [`scrape-jobs ${namespace}/${prometheus.metadata.name}`];
  const attempt = { group: '', name, namespace, verb: 'get', resource: 'secrets' };
  const found = refused.find(({ look }) => looks.some((one) => one === look || one.startsWith(`${look} `)));
  if (!mayDo(request.user, attempt) || found?.why === 'forbidden') throw forbidden(request.user, kinds.Secret, attempt);
  const jobs = jobsInConfig(prometheus, cluster.store.all(), world);
  const text = `scrape_configs:\n${jobs.map((job) => `- job_name: ${job}\n`).join('')}`;
  const secret: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'managed-by': 'prometheus-operator' } },
    data: { 'prometheus.yaml.gz': gzipSync(text).toString('base64') },
    type: 'Opaque',
  };
  return { code: 200, body: secret };
}

function accessAnswer(cluster: Cluster, request: ApiRequest, { refused }: Around): ApiAnswer {
  const given: unknown = JSON.parse(request.body);
  const spec: JsonMap = isMap(given) && isMap(given['spec']) ? given['spec'] : {};
  const wanted: JsonMap = isMap(spec['resourceAttributes']) ? spec['resourceAttributes'] : {};
  const text = (of: JsonMap, field: string): string => (typeof of[field] === 'string' ? of[field] : '');
  const attempt = {
    user: text(spec, 'user'),
    verb: text(wanted, 'verb'),
    group: text(wanted, 'group'),
    resource: text(wanted, 'resource'),
    namespace: text(wanted, 'namespace') || undefined,
  };
  const own = { verb: 'create', group: 'authorization.k8s.io', resource: 'subjectaccessreviews' };
  if (!mayDo(request.user, { ...own, namespace: undefined, name: '' }) || refused.some(({ look }) => look === 'access'))
    throw refusal(
      403,
      'Forbidden',
      `subjectaccessreviews.authorization.k8s.io is forbidden: User "${request.user.name}" cannot create resource "subjectaccessreviews" in API group "authorization.k8s.io" at the cluster scope`,
    );
  const allowed = isAllowed(cluster.store.all(), attempt);
  const body = { kind: 'SubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec };
  return { code: 201, body: { ...body, status: { allowed } } };
}
