import { textAt } from '../core/kubernetes/field.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { selects } from '../core/kubernetes/selectors.ts';
import { badRequest } from './api-status.ts';

type Expression = { readonly key: string; readonly operator: string; readonly values: readonly string[] };

/** Which objects a list's `labelSelector` and `fieldSelector` leave, in the texts that kubectl sends. */
export function selected(
  objects: readonly KubernetesObject[],
  labels: string,
  fields: string,
): readonly KubernetesObject[] {
  const matchExpressions = labels === '' ? [] : partsOf(labels).map(labelTerm);
  const wanted = fields === '' ? [] : fields.split(',').map(fieldTerm);
  return objects.filter(
    (object) =>
      selects({ matchExpressions }, object.metadata.labels ?? {}) &&
      wanted.every(({ path, value, not }) => (fieldOf(object, path) === value) !== not),
  );
}

/** Splits at commas outside of parentheses. */
const partsOf = (text: string): readonly string[] => text.split(/,(?![^(]*\))/).map((part) => part.trim());

function labelTerm(text: string): Expression {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
  if (set)
    return {
      key: set[1] ?? '',
      operator: set[2] === 'in' ? 'In' : 'NotIn',
      values: (set[3] ?? '').split(',').map((value) => value.trim()),
    };
  const equal = /^([^\s!=]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(text);
  if (equal) return { key: equal[1] ?? '', operator: equal[2] === '!=' ? 'NotIn' : 'In', values: [equal[3] ?? ''] };
  const there = /^(!?)\s*([^\s!=(),]+)$/.exec(text);
  if (there) return { key: there[2] ?? '', operator: there[1] === '!' ? 'DoesNotExist' : 'Exists', values: [] };
  throw badRequest(`unable to parse requirement: found '${text}', expected: an operator`);
}

function fieldTerm(text: string): { readonly path: string; readonly value: string; readonly not: boolean } {
  const found = /^([^!=]+)(==|=|!=)(.*)$/.exec(text);
  if (!found) throw badRequest(`invalid selector: '${text}'; can't understand '${text}'`);
  return { path: found[1] ?? '', value: found[3] ?? '', not: found[2] === '!=' };
}

const fieldsByKind: Readonly<Record<string, RegExp>> = {
  Pod: /^(spec\.(nodeName|restartPolicy|schedulerName|serviceAccountName)|status\.(phase|podIP))$/,
  Event:
    /^(involvedObject\.(kind|namespace|name|uid|apiVersion|resourceVersion|fieldPath)|reason|type|reportingComponent|source)$/,
  Secret: /^type$/,
  Namespace: /^status\.phase$/,
};

function fieldOf(object: KubernetesObject, path: string): string {
  if (path !== 'metadata.name' && path !== 'metadata.namespace' && !fieldsByKind[object.kind]?.test(path))
    throw badRequest(`field label not supported: ${path}`);
  return textAt(object, path) ?? '';
}
