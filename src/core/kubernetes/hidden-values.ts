import { at } from './field.ts';
import type { KubernetesObject } from './object.ts';

const names: readonly string[] = ['args', 'command', 'env', 'httpHeaders'];

/**
 * What allowed-fields.ts takes out of a pod template (commands, arguments, values of variables and of probes' headers, each with its place), of
 * a ConfigMap and of a Secret. To be compared on the spot and never to be kept; undefined where nothing is taken out.
 */
export function hiddenValues(object: KubernetesObject): string | undefined {
  if (object.kind === 'ConfigMap' || object.kind === 'Secret') {
    const held = [at(object, 'type'), sorted(at(object, 'data')), sorted(at(object, 'binaryData'))];
    return JSON.stringify(held);
  }
  const found = hiddenIn(at(object, 'spec.template'), '');
  return found.length === 0 ? undefined : JSON.stringify(found.toSorted());
}

function hiddenIn(value: unknown, path: string): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = `${path}/${key}`;
    if (!names.includes(key) || !Array.isArray(item)) return hiddenIn(item, here);
    if (key === 'args' || key === 'command') return [`${here}=${JSON.stringify(item)}`];
    return item.flatMap((entry) => {
      const said = at(entry, 'value');
      return said === undefined ? [] : [`${here}/${String(at(entry, 'name'))}=${JSON.stringify(said)}`];
    });
  });
}

const sorted = (map: unknown): readonly (readonly [string, unknown])[] =>
  map === null || typeof map !== 'object'
    ? []
    : Object.entries(map).toSorted(([one], [other]) => (one < other ? -1 : 1));
