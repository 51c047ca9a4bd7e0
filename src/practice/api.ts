import { groupOf, kinds, resourceName } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { Scenario, World } from '../core/scenario.ts';
import { forbidden, mayDo } from './access.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { ApiRefusal, noSuchPath, notFound, notInPractice, refusal, type StatusBody, success } from './api-status.ts';
import { type By, type Cluster, hasStatus, isCustom } from './cluster.ts';
import { type DeleteOptions, remove } from './deletion.ts';
import { generalAnswer } from './discovery.ts';
import { evict } from './eviction.ts';
import { insideAnswer } from './inside.ts';
import { isMap, type JsonMap } from './json.ts';
import { listAnswer } from './listing.ts';
import { metricsAnswer } from './metrics-api.ts';
import { applyObject, patched } from './patching.ts';
import { checkRefused } from './refused-reads.ts';
import { bodyOf, objectIn } from './request-object.ts';
import { type Route, routeOf, verbOf } from './route.ts';
import { strictlyDecoded, typed } from './unknown-fields.ts';
import { create, replace } from './writes.ts';

/** Answers one request of the Kubernetes API. Refusals come back as their Status bodies. */
export function answerRequest(
  cluster: Cluster,
  request: ApiRequest,
  { refused, world }: { readonly refused: Scenario['refused']; readonly world: World },
): ApiAnswer {
  try {
    return (
      generalAnswer(request) ??
      metricsAnswer(cluster, request) ??
      insideAnswer(cluster, request, { refused, world }) ??
      answerResource(cluster, request, refused, world.evictions.denied)
    );
  } catch (error) {
    if (error instanceof ApiRefusal) return { code: error.body.code, body: error.body };
    throw error;
  }
}

function answerResource(
  cluster: Cluster,
  request: ApiRequest,
  refused: Scenario['refused'],
  denied: string | undefined,
): ApiAnswer {
  const route = routeOf(request.path);
  if (!route) throw noSuchPath();
  const watches = request.query.get('watch') === 'true' || request.query.get('watch') === '1';
  const verb = verbOf(request.method, route.name, watches);
  const attempt = {
    verb,
    group: groupOf(route.kind),
    resource: [route.kind.plural, route.subresource].filter(Boolean).join('/'),
    namespace: route.namespace,
    name: route.name,
  };
  if (!mayDo(request.user, attempt)) throw forbidden(request.user, route.kind, attempt);
  checkRefused(refused, route, verb, request.user);
  if (
    isCustom(route.kind.apiVersion) &&
    !cluster.store.get(kinds.CustomResourceDefinition, undefined, resourceName(route.kind))
  )
    return { code: 404, body: '404 page not found\n' };
  if (watches) throw notInPractice('watches');
  const target: Target = {
    cluster,
    route,
    request,
    by: {
      manager: request.query.get('fieldManager') ?? request.agent,
      dryRun: dryRunOf(request.query.getAll('dryRun')),
    },
  };
  if (route.subresource === 'eviction') return evictionAnswer(target, denied);
  if (route.subresource !== '' && route.subresource !== 'status')
    throw notInPractice(`${route.kind.plural}/${route.subresource}`);
  if (route.subresource === 'status' && !hasStatus(route.kind.kind)) throw noSuchPath();
  switch (verb) {
    case 'list':
      return { code: 200, body: listAnswer(cluster.store, route, request.query) };
    case 'get':
      return { code: 200, body: existing(target) };
    case 'create':
      return { code: 201, body: create(cluster, route.kind, decoded(target), target.by) };
    case 'update':
      return {
        code: 200,
        body: replace(cluster, route.kind, existing(target), decoded(target), partOf(route), target.by),
      };
    case 'patch':
      return patchAnswer(target);
    case 'delete':
      return deleteAnswer(target);
    default:
      throw notInPractice(`${verb} of ${route.kind.plural}`);
  }
}

type Target = { readonly cluster: Cluster; readonly route: Route; readonly request: ApiRequest; readonly by: By };

const partOf = ({ subresource }: Route): 'main' | 'status' => (subresource === 'status' ? 'status' : 'main');

function existing({ cluster, route }: Target): KubernetesObject {
  const found = cluster.store.get(route.kind, route.namespace, route.name);
  if (!found) throw notFound(route.kind, route.name);
  return found;
}

function decoded({ request, route }: Target): KubernetesObject {
  const object = objectIn(request, route);
  return request.query.get('fieldValidation') === 'Strict' ? strictlyDecoded(route.kind, object) : object;
}

function patchAnswer(target: Target): ApiAnswer {
  const { cluster, route, request, by } = target;
  if (request.contentType !== 'application/apply-patch+yaml') {
    return {
      code: 200,
      body: patched(cluster, route.kind, existing(target), bodyOf(request), request.contentType, partOf(route), by),
    };
  }
  if (route.subresource === 'status') throw notInPractice('server-side apply of the status');
  const before = cluster.store.get(route.kind, route.namespace, route.name);
  const manager = request.query.get('fieldManager') ?? '';
  const body = applyObject(cluster, route.kind, before, typed(objectIn(request, route)), {
    manager,
    dryRun: by.dryRun,
    force: request.query.get('force') === 'true',
  });
  return { code: before ? 200 : 201, body };
}

function deleteAnswer(target: Target): ApiAnswer {
  const { cluster, route } = target;
  const object = existing(target);
  const left = remove(cluster, route.kind, object, deleteOptions(target, bodyOf(target.request)));
  return { code: 200, body: left ?? success(route.kind, route.name, object.metadata.uid ?? '') };
}

function evictionAnswer(target: Target, denied: string | undefined): ApiAnswer {
  if (target.route.kind.kind !== 'Pod' || target.request.method !== 'POST') throw noSuchPath();
  const eviction = bodyOf(target.request);
  evict(
    target.cluster,
    existing(target),
    deleteOptions(target, isMap(eviction) ? eviction['deleteOptions'] : undefined),
    denied,
  );
  const body: StatusBody = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return { code: 201, body };
}

function deleteOptions({ by, request, route }: Target, given: unknown): DeleteOptions {
  const options: JsonMap = isMap(given) ? given : {};
  const wanted: JsonMap = isMap(options['preconditions']) ? options['preconditions'] : {};
  const propagation = options['propagationPolicy'] ?? request.query.get('propagationPolicy') ?? undefined;
  return {
    // A deletion with a body does not read the query: a dry run that is asked for there only would delete.
    dryRun:
      (by.dryRun && (request.body === '' || route.subresource === 'eviction')) ||
      (Array.isArray(options['dryRun']) && dryRunOf(options['dryRun'])),
    ...(typeof wanted['uid'] === 'string' ? { uid: wanted['uid'] } : {}),
    ...(typeof wanted['resourceVersion'] === 'string' ? { resourceVersion: wanted['resourceVersion'] } : {}),
    ...(typeof propagation === 'string' ? { propagation } : {}),
    ...(typeof options['gracePeriodSeconds'] === 'number' ? { graceSeconds: options['gracePeriodSeconds'] } : {}),
  };
}

function dryRunOf(values: readonly unknown[]): boolean {
  if (values.some((value) => value !== 'All'))
    throw refusal(
      422,
      'Invalid',
      `CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ${JSON.stringify(values)}: supported values: "All"`,
    );
  return values.length > 0;
}
