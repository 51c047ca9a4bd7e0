import type { Kind } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { badRequest, refusal } from './api-status.ts';
import { isMap } from './json.ts';
import known from './known-fields.json' with { type: 'json' };

const types: Readonly<Record<string, string>> = known.types;
const rootOf: Readonly<Record<string, string>> = known.kinds;

/** `fieldValidation=Strict`, as kubectl and this tool ask for: a field that its kind does not have is refused, not dropped. */
export function strictlyDecoded({ kind, apiVersion }: Kind, object: KubernetesObject): KubernetesObject {
  const found = unknownFields(object).map((field) => `unknown field ${JSON.stringify(field)}`);
  if (found.length === 0) return object;
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${found.join(', ')}`,
  );
}

/** An apply goes by the schema whatever is asked for; its refusal is an internal error of the server's. */
export function typed(object: KubernetesObject): KubernetesObject {
  const found = unknownFields(object).map((field) => `.${field}: field not declared in schema`);
  if (found.length === 0) return object;
  const { apiVersion, kind, metadata } = object;
  const where = [metadata.namespace, metadata.name].filter(Boolean).join('/');
  throw refusal(
    500,
    '',
    `failed to create typed patch object (${where}; ${apiVersion}, Kind=${kind}): ${found.length > 1 ? `errors:\n  ${found.join('\n  ')}` : found[0]}`,
  );
}

/** The fields of an object that its kind does not have, as `spec.replicaz`. Custom resources are taken as they come. */
const unknownFields = (object: KubernetesObject): readonly string[] => unknownIn(object, rootOf[object.kind], '');

function unknownIn(value: unknown, type: string | undefined, path: string): readonly string[] {
  if (type === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => unknownIn(item, type, `${path}[${index}]`));
  if (!isMap(value)) return [];
  const fields = new Map(types[type]?.split(' ').map((field) => field.split(':') as [string, string | undefined]));
  return Object.entries(value).flatMap(([name, inside]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return fields.has(name) ? unknownIn(inside, fields.get(name), here) : [here];
  });
}
