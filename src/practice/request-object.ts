import { parse } from 'yaml';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { ApiRequest } from './api-request.ts';
import { badRequest } from './api-status.ts';
import { isMap } from './json.ts';
import type { Route } from './route.ts';

/** The object that a request brings, placed as its path says. */
export function objectIn(request: ApiRequest, route: Route): KubernetesObject {
  const given = bodyOf(request);
  if (!isMap(given) || !isMap(given['metadata'])) throw badRequest('the body of the request is no Kubernetes object');
  const { kind, apiVersion } = route.kind;
  if ((given['kind'] ?? kind) !== kind || (given['apiVersion'] ?? apiVersion) !== apiVersion) {
    throw badRequest(
      `${String(given['kind'])} in version "${String(given['apiVersion'])}" cannot be handled as a ${kind}: converting (${String(given['apiVersion'])}.${String(given['kind'])}) to (${apiVersion}.${kind}): unknown conversion`,
    );
  }
  const { namespace, ...metadata } = given['metadata'];
  if (route.name !== '' && metadata['name'] !== undefined && metadata['name'] !== route.name) {
    throw badRequest(
      `the name of the object (${String(metadata['name'])}) does not match the name on the URL (${route.name})`,
    );
  }
  if (route.kind.namespaced && namespace !== undefined && namespace !== route.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  // kubectl stamps a namespace on cluster-scoped kinds too, and the server drops it.
  const placed = {
    ...metadata,
    ...(route.name === '' ? {} : { name: route.name }),
    ...(route.kind.namespaced ? { namespace: route.namespace } : {}),
  };
  return { ...given, kind, apiVersion, metadata: placed } as unknown as KubernetesObject;
}

export function bodyOf({ body, contentType }: ApiRequest): unknown {
  try {
    return contentType.endsWith('yaml') ? parse(body) : body === '' ? {} : JSON.parse(body);
  } catch (error) {
    throw badRequest(`error decoding the body: ${error instanceof Error ? error.message : String(error)}`);
  }
}
