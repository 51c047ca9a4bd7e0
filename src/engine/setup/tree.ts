import { parseAllDocuments } from 'yaml';
import { ExpectedStop } from '../../core/failure.ts';
import { kindOf } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { diffTree } from '../../core/manifests/diff-tree.ts';
import { digestOf, gateDigest } from '../../core/manifests/digest.ts';
import { inApplyOrder, renderEnvironment } from '../../core/manifests/render.ts';
import { shippedBase } from '../../core/manifests/shipped-base.ts';
import { treeFiles } from '../../core/manifests/tree.ts';
import { memoryAfter, memoryFile, memoryPath, parseMemory } from '../../core/manifests/tree-memory.ts';
import type { TreeFacts } from '../../core/setup/effect.ts';
import type { EnvironmentName, Settings } from '../../core/setup/settings.ts';
import type { SetupPorts } from './ports.ts';
import { secretValues } from './secrets.ts';

/** Writes the operator's tree. What they edited stays; secrets.env is not this function's. */
export async function writeTree(ports: SetupPorts, settings: Settings, overwrite: boolean): Promise<TreeFacts> {
  const { tree } = settings;
  const wanted = treeFiles(shippedBase, settings, {});
  const memory = parseMemory(await ports.files.read(`${tree}/${memoryPath}`));
  const texts = await Promise.all(
    wanted.map(async ({ path }) => [path, await ports.files.read(`${tree}/${path}`)] as const),
  );
  const existing = new Map(texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
  const changes = diffTree(existing, wanted, memory, ports.hash);

  const write = changes.filter(
    ({ state }) => state === 'new' || state === 'updated' || (overwrite && state === 'edited-by-operator'),
  );
  for (const { file } of write) await ports.files.write(`${tree}/${file.path}`, file.text, file.mode);
  const ours = changes
    .filter((change) => change.state === 'unchanged' || write.includes(change))
    .map(({ file }) => file);
  const after = memoryFile(memoryAfter(memory, ours, ports.hash));
  if ((await ports.files.read(`${tree}/${memoryPath}`)) !== after.text)
    await ports.files.write(`${tree}/${after.path}`, after.text, after.mode);

  const changed = overwrite ? [] : changes.filter(({ state }) => state === 'edited-by-operator');
  return {
    written: write.map(({ file }) => file.path),
    changed: changed.map(({ file, difference }) => ({ file: file.path, diff: difference ?? '' })),
    // What only people read does not change what is applied.
    edited: changed.some(({ file }) => file.path.endsWith('.yaml')),
  };
}

/** Every object of an environment, in the order to apply them: our own rendering, or kubectl's of a tree that was edited. */
export async function rendered(
  ports: SetupPorts,
  settings: Settings,
  environment: EnvironmentName,
  tree: Pick<TreeFacts, 'edited'>,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  if (tree.edited) return inApplyOrder(await kustomized(ports, `${settings.tree}/overlays/${environment}`, signal));
  const values = await secretValues(ports, settings.tree, environment);
  if (values === undefined)
    throw new ExpectedStop('usage', `secrets.env of ${environment} is not complete.`, [
      `orion-setup setup secrets ${environment}`,
    ]);
  return renderEnvironment(shippedBase, settings, environment, values, ports.hash);
}

/** The digest that the gate holds for: base and image. */
export async function currentGateDigest(
  ports: SetupPorts,
  settings: Settings,
  tree: Pick<TreeFacts, 'edited'>,
  signal: AbortSignal,
): Promise<string> {
  if (!tree.edited) return gateDigest(shippedBase, settings, ports.hash);
  const base = await kustomized(ports, `${settings.tree}/base`, signal);
  return `sha256:${ports.hash(`${digestOf(base, ports.hash)} ${settings.image}`)}`;
}

async function kustomized(
  ports: SetupPorts,
  folder: string,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  const answer = await ports.shell.run('kubectl', ['kustomize', folder], { timeoutMs: 60_000 }, signal);
  if (!answer.ok) {
    const because =
      answer.why === 'not-installed'
        ? 'kubectl is not on this machine'
        : `kubectl kustomize ended with ${answer.exitCode ?? answer.why}`;
    // Its words may quote a line of secrets.env, so they are not passed on.
    throw new ExpectedStop('usage', `The edited manifests in ${folder} cannot be built: ${because}.`, [
      `kubectl kustomize ${folder}`,
    ]);
  }
  return parseAllDocuments(answer.stdout)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null)
    .map(withoutStrayNamespace);
}

/** kustomize stamps its namespace on cluster-scoped kinds that it does not know. */
function withoutStrayNamespace(object: KubernetesObject): KubernetesObject {
  if (kindOf(object)?.namespaced !== false || object.metadata.namespace === undefined) return object;
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
