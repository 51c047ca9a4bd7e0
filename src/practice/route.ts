import { type Kind, kinds } from '../core/kubernetes/kinds.ts';

/** What a path of the Kubernetes API names. */
export type Route = {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: string;
};

/** `/apis/GROUP/VERSION/namespaces/NS/PLURAL/NAME/SUB`, or undefined where no kind of ours lives there. */
export function routeOf(path: string): Route | undefined {
  const found = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))\/(.+)$/.exec(path);
  if (!found) return undefined;
  const apiVersion = found[1] ?? found[2] ?? '';
  const steps = (found[3] ?? '').split('/').map(decodeURIComponent);
  const inNamespace = steps[0] === 'namespaces' && steps.length > 2 && steps[2] !== 'status' && steps[2] !== 'finalize';
  const [plural, name = '', ...rest] = inNamespace ? steps.slice(2) : steps;
  const kind = Object.values<Kind>(kinds).find((item) => item.apiVersion === apiVersion && item.plural === plural);
  if (!kind || (inNamespace && !kind.namespaced)) return undefined;
  return { kind, namespace: inNamespace ? steps[1] : undefined, name, subresource: rest.join('/') };
}

/** The verb that RBAC knows a request by. */
export function verbOf(method: string, name: string, watches: boolean): string {
  switch (method) {
    case 'GET':
      return watches ? 'watch' : name === '' ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    default:
      return method.toLowerCase();
  }
}
