import type { Json } from '../api-client.ts';

/** Which Ingress answers a request, decided as ingress-nginx decides it. Written apart from the tool's own routing, which it is there to prove. */
export type Route = { readonly ingress: Json; readonly backend: Json };

const controllerName = 'k8s.io/ingress-nginx';
const classAnnotation = 'kubernetes.io/ingress.class';

/** The classes that this controller serves, by name. */
export const servedClasses = (ingressClasses: readonly Json[]): ReadonlySet<string> =>
  new Set(ingressClasses.filter((each) => each.spec?.controller === controllerName).map((each) => each.metadata.name));

/** The annotation, where it stands, wins over the field; an Ingress with neither is left alone. */
export function isServed(ingress: Json, classes: ReadonlySet<string>): boolean {
  const annotated = ingress.metadata.annotations?.[classAnnotation];
  if (annotated !== undefined && annotated !== '') return annotated === 'nginx';
  return classes.has(ingress.spec.ingressClassName ?? '');
}

function hostMatches(pattern: string, host: string): boolean {
  if (pattern === '') return true;
  if (!pattern.startsWith('*.')) return pattern === host;
  return host.endsWith(pattern.slice(1)) && !host.slice(0, -pattern.length + 1).includes('.');
}

function pathMatches(rule: Json, path: string): boolean {
  if (rule.pathType === 'Exact') return path === rule.path;
  const prefix = rule.path.replace(/\/$/, '');
  return (
    path === prefix ||
    path.startsWith(`${prefix}/`) ||
    (rule.pathType === 'ImplementationSpecific' && path.startsWith(rule.path))
  );
}

type Candidate = Route & { readonly host: string; readonly exact: boolean; readonly path: string };

/** An exact host before a wildcard before none, then an exact path, then the longest, then the oldest Ingress. */
const byPrecedence = (a: Candidate, b: Candidate): number =>
  Number(b.host !== '') - Number(a.host !== '') ||
  Number(a.host.startsWith('*')) - Number(b.host.startsWith('*')) ||
  Number(b.exact) - Number(a.exact) ||
  b.path.length - a.path.length ||
  String(a.ingress.metadata.creationTimestamp).localeCompare(String(b.ingress.metadata.creationTimestamp));

export function route(ingresses: readonly Json[], host: string, path: string): Route | undefined {
  const candidates = ingresses.flatMap((ingress): Candidate[] =>
    (ingress.spec.rules ?? [])
      .filter((rule: Json) => hostMatches(rule.host ?? '', host))
      .flatMap((rule: Json) =>
        (rule.http?.paths ?? [])
          .map((each: Json) => ({ ...each, path: each.path ?? '/' }))
          .filter((each: Json) => pathMatches(each, path))
          .map((each: Json) => ({
            ingress,
            backend: each.backend,
            host: rule.host ?? '',
            exact: each.pathType === 'Exact',
            path: each.path,
          })),
      ),
  );
  return candidates.sort(byPrecedence)[0];
}

/** The Secret that an Ingress of this host names for TLS; undefined where no Ingress has TLS for it. */
export function tlsOf(
  ingresses: readonly Json[],
  host: string,
): { readonly namespace: string; readonly secretName: string } | undefined {
  for (const ingress of ingresses) {
    const entry = (ingress.spec.tls ?? []).find((tls: Json) =>
      (tls.hosts ?? []).some((pattern: string) => hostMatches(pattern, host)),
    );
    if (entry !== undefined) return { namespace: ingress.metadata.namespace, secretName: entry.secretName ?? '' };
  }
  return undefined;
}
