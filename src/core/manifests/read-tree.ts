import { parse, parseAllDocuments } from 'yaml';
import { listAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { EnvironmentName } from '../setup/settings.ts';
import type { Hash } from './hash.ts';
import type { ImageReference } from './image-reference.ts';
import type { Patch } from './merge.ts';
import type { Overlay } from './overlay.ts';
import type { TreeMemory } from './tree-memory.ts';

/** The texts of a tree's files, by path relative to it. */
export type TreeTexts = ReadonlyMap<string, string>;

/** The manifests of the tree that one environment is made of, as far as this tool wrote them. */
export const pathsFor = (memory: TreeMemory, environment: EnvironmentName): readonly string[] =>
  Object.keys(memory).filter(
    (path) => /\.ya?ml$/.test(path) && (path.startsWith('base/') || path.startsWith(`overlays/${environment}/`)),
  );

/**
 * Whether the files are still as this tool wrote them, so that it can build them by itself. A file that was added counts only once a
 * kustomization names it, which makes that an edited one.
 */
export function isAsWritten(texts: TreeTexts, memory: TreeMemory, environment: EnvironmentName, hash: Hash): boolean {
  const paths = pathsFor(memory, environment);
  const hasBoth = ['base', `overlays/${environment}`].every((folder) => paths.includes(`${folder}/kustomization.yaml`));
  return hasBoth && paths.every((path) => hash(texts.get(path) ?? '') === memory[path]);
}

/** Base and overlay of an environment, read back from files that are as written. */
export function readTree(
  texts: TreeTexts,
  environment: EnvironmentName,
): { readonly base: readonly KubernetesObject[]; readonly overlay: Overlay } {
  const folder = `overlays/${environment}`;
  const kustomization = parse(textOf(texts, `${folder}/kustomization.yaml`));
  const [image] = listAt(kustomization, 'images');
  return {
    base: readBase(texts),
    overlay: {
      namespace: textAt(kustomization, 'namespace') ?? '',
      image: { from: textAt(image, 'name') ?? '', to: imageIn(image) },
      patches: listAt(kustomization, 'patches').map((entry) => {
        const file = textAt(entry, 'path') ?? '';
        return { file, about: '', patch: parse(textOf(texts, `${folder}/${file}`)) as Patch };
      }),
      elsewhere: listAt(kustomization, 'transformers').flatMap((file) =>
        elsewhereIn(parse(textOf(texts, `${folder}/${file}`))),
      ),
      additions: listAt(kustomization, 'resources').flatMap((file) =>
        file === '../../base'
          ? []
          : objectsIn(textOf(texts, `${folder}/${file}`)).map((object) => ({ file: String(file), about: '', object })),
      ),
    },
  };
}

function readBase(texts: TreeTexts): readonly KubernetesObject[] {
  const kustomization = parse(textOf(texts, 'base/kustomization.yaml'));
  return listAt(kustomization, 'resources').flatMap((file) => objectsIn(textOf(texts, `base/${file}`)));
}

/** What a transformer as `tree-overlay.ts` writes it says. */
function elsewhereIn(transformer: unknown): Overlay['elsewhere'] {
  const [edit] = parse(textAt(transformer, 'patch') ?? '[]') as readonly unknown[];
  const [kind, name] = [textAt(transformer, 'target.kind'), textAt(transformer, 'target.name')];
  const namespace = textAt(edit, 'value');
  return kind === undefined || name === undefined || namespace === undefined ? [] : [{ kind, name, namespace }];
}

const objectsIn = (text: string): readonly KubernetesObject[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);

function imageIn(entry: unknown): ImageReference {
  const [tag, digest] = [textAt(entry, 'newTag'), textAt(entry, 'digest')];
  return {
    name: textAt(entry, 'newName') ?? textAt(entry, 'name') ?? '',
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Only asked for paths of files that are as written. */
function textOf(texts: TreeTexts, path: string): string {
  const text = texts.get(path);
  if (text === undefined) throw new TypeError(`The tree has no ${path}.`);
  return text;
}
