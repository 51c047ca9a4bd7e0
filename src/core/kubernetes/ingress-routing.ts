import { at, listAt, textAt, textMapAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

export const legacyClassAnnotation = 'kubernetes.io/ingress.class';

/** How an Ingress names its class: by the field, by the old annotation, or not at all. */
export function classOf(
  ingress: KubernetesObject,
): { readonly name: string; readonly by: 'spec.ingressClassName' | 'annotation' } | undefined {
  const field = textAt(ingress, 'spec.ingressClassName');
  if (field !== undefined && field !== '') return { name: field, by: 'spec.ingressClassName' };
  const annotation = textMapAt(ingress, 'metadata.annotations')[legacyClassAnnotation];
  return annotation ? { name: annotation, by: 'annotation' } : undefined;
}

/** The IngressClasses that `controller` serves. */
export function classesOf(classes: readonly KubernetesObject[], controller: string): readonly string[] {
  return classes.filter((item) => textAt(item, 'spec.controller') === controller).map((item) => item.metadata.name);
}

/**
 * Whether ingress-nginx serves this Ingress: its class is one of the controller's. The old annotation is compared with the class
 * name the controller was started with (--ingress-class, default nginx); an Ingress without any class is ignored
 * (--watch-ingress-without-class is off by default). Source: ingress-nginx, internal/ingress/controller/store.
 */
export function isServed(ingress: KubernetesObject, served: readonly string[]): boolean {
  const named = classOf(ingress);
  return named !== undefined && served.includes(named.name);
}

export type Route = {
  readonly ingress: KubernetesObject;
  readonly path: string;
  readonly service: string;
  readonly port: unknown;
};

/** Where a request goes among the Ingresses given: exact paths first, then the longest prefix. Hosts by name or one-label wildcard. */
export function routeOf(ingresses: readonly KubernetesObject[], host: string, path: string): Route | undefined {
  const routes = ingresses.flatMap((ingress) =>
    listAt(ingress, 'spec.rules')
      .filter((rule) => isHost(textAt(rule, 'host'), host))
      .flatMap((rule) =>
        listAt(rule, 'http.paths')
          .filter((entry) => isPath(entry, path))
          .map((entry) => ({
            ingress,
            path: textAt(entry, 'path') ?? '/',
            exact: textAt(entry, 'pathType') === 'Exact',
            service: textAt(entry, 'backend.service.name') ?? '',
            port: at(entry, 'backend.service.port.number') ?? at(entry, 'backend.service.port.name'),
          })),
      ),
  );
  return routes.toSorted((a, b) => Number(b.exact) - Number(a.exact) || b.path.length - a.path.length)[0];
}

function isHost(wanted: string | undefined, host: string): boolean {
  if (wanted === undefined || wanted === '' || wanted === host) return true;
  return wanted.startsWith('*.') && host.slice(host.indexOf('.')) === wanted.slice(1);
}

function isPath(entry: unknown, path: string): boolean {
  const wanted = textAt(entry, 'path') ?? '/';
  if (textAt(entry, 'pathType') === 'Exact') return wanted === path;
  const prefix = wanted.endsWith('/') ? wanted : `${wanted}/`;
  return path === wanted || path.startsWith(prefix);
}

/** The Secret whose certificate this host is served with, or undefined for the controller's own fake one. */
export function tlsSecretOf(
  ingresses: readonly KubernetesObject[],
  host: string,
): { readonly namespace: string; readonly name: string } | undefined {
  for (const ingress of ingresses) {
    for (const tls of listAt(ingress, 'spec.tls')) {
      const name = textAt(tls, 'secretName');
      if (name && listAt(tls, 'hosts').includes(host)) return { namespace: ingress.metadata.namespace ?? '', name };
    }
  }
  return undefined;
}
