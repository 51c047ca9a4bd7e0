import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { isEqual } from '../equal.ts';
import { textMapAt } from '../kubernetes/field.ts';
import { type KubernetesObject, shortName } from '../kubernetes/object.ts';

/** What an object says, without what the server or a controller keeps in it. */
function said(object: KubernetesObject): Readonly<Record<string, unknown>> {
  const { status: _, metadata, ...rest } = object;
  const { name, namespace, labels, annotations, ownerReferences, finalizers } = metadata;
  const { apiVersion, kind, ...fields } = rest;
  const own = withoutAbsent({ name, namespace, labels, annotations, ownerReferences, finalizers });
  return { apiVersion, kind, metadata: own, ...fields };
}

const withoutAbsent = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/**
 * Whether applying changes nothing, judged by the server's own answer to the dry run. What is read is cut (commands, values of env, data of
 * ConfigMaps): the number that stands for what was taken out tells that it would change all the same, and so does the generation.
 */
export function isUnchanged(live: KubernetesObject, dryRun: KubernetesObject): boolean {
  return isEqual(said(live), said(dryRun)) && live.metadata.generation === dryRun.metadata.generation;
}

/**
 * What would change, as people read it. Of a Secret nothing but the names of its keys; of what is not read (values of ConfigMaps, commands,
 * variables) that it changes.
 */
export function changeShown(live: KubernetesObject | undefined, wanted: KubernetesObject): string {
  const name = shortName({ kind: wanted.kind, name: wanted.metadata.name });
  const [before, after] = [live, wanted].map((one) => (one === undefined ? '' : textOf(one)));
  const patch = createTwoFilesPatch(name, name, before ?? '', after ?? '', 'as it is', 'as it becomes', { context: 2 });
  const lines = patch.split('\n').slice(4).join('\n').trimEnd();
  const unseen = live !== undefined && live['hiddenValues'] !== wanted['hiddenValues'];
  return [lines, unseen ? notShown : ''].filter((part) => part !== '').join('\n');
}

const notShown = '(values that this tool does not show change too: of a ConfigMap, commands, arguments or variables)';

function textOf(object: KubernetesObject): string {
  if (object.kind === 'Secret') {
    const keys = (object['dataKeys'] as readonly string[] | undefined) ?? Object.keys(textMapAt(object, 'data'));
    return stringify({
      metadata: { name: object.metadata.name },
      data: Object.fromEntries(keys.toSorted().map((key) => [key, '(not shown)'])),
    });
  }
  const { hiddenValues: _, dataKeys: __, ...shown } = said(object);
  return stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Managers whose fields may be taken over after a yes: people with kubectl, and this tool's own remedies. */
export const mayBeTakenOver = (manager: string): boolean => /^(kubectl|orion-setup-fix$)/.test(manager);
