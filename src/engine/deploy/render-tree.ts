import { parseAllDocuments } from 'yaml';
import { ExpectedStop } from '../../core/failure.ts';
import { listAt, textAt } from '../../core/kubernetes/field.ts';
import { kindOf } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { digestOf } from '../../core/manifests/digest.ts';
import { generatedSecret } from '../../core/manifests/generated-secret.ts';
import { build } from '../../core/manifests/kustomize.ts';
import { isAsWritten, pathsFor, readTree } from '../../core/manifests/read-tree.ts';
import { inApplyOrder } from '../../core/manifests/render.ts';
import { parseSecretsEnv } from '../../core/manifests/secrets-env.ts';
import { memoryPath, parseMemory } from '../../core/manifests/tree-memory.ts';
import { type EnvironmentName, namespaces } from '../../core/setup/settings.ts';
import type { DeployPorts } from './ports.ts';

type RenderPorts = Pick<DeployPorts, 'files' | 'shell' | 'hash'>;

/** What a tree says an environment is. */
export type RenderedSet = {
  /** In the order to apply them. The values of secrets.env are in the Secret's data and nowhere else. */
  readonly objects: readonly KubernetesObject[];
  readonly image: string;
  /** What the gate holds for: base and image. */
  readonly gateDigest: string;
  /** Whether the operator edited the manifests, so that kubectl built them. */
  readonly edited: boolean;
};

/** Every object of an environment, from the tree: built here where the files are as this tool wrote them, else by kubectl. */
export async function renderTree(
  ports: RenderPorts,
  tree: string,
  environment: EnvironmentName,
  signal: AbortSignal,
): Promise<RenderedSet> {
  const folder = `${tree}/overlays/${environment}`;
  await insistOnTree(ports, tree, environment);
  const secrets = await secretsOf(ports, folder, environment);
  const memory = parseMemory(await ports.files.read(`${tree}/${memoryPath}`));
  const paths = pathsFor(memory, environment);
  const read = await Promise.all(paths.map(async (path) => [path, await ports.files.read(`${tree}/${path}`)] as const));
  const texts = new Map(read.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
  const asWritten = isAsWritten(texts, memory, environment, ports.hash);
  const { base, objects } = asWritten
    ? builtHere(readTree(texts, environment), generatedSecret(secrets, namespaces[environment], ports.hash))
    : await byKubectl(ports, tree, environment, signal);
  const image = imageIn(objects, environment);
  insistOnNamespace(objects, environment);
  return {
    objects: inApplyOrder(objects),
    image,
    gateDigest: `sha256:${ports.hash(`${digestOf(base, ports.hash)} ${image}`)}`,
    edited: !asWritten,
  };
}

/** Throws where there are no manifests of this environment: what is missing is said before any cluster is asked. */
export async function insistOnTree(
  { files }: Pick<RenderPorts, 'files'>,
  tree: string,
  environment: EnvironmentName,
): Promise<void> {
  const file = `${tree}/overlays/${environment}/kustomization.yaml`;
  if ((await files.read(file)) !== undefined) return;
  throw new ExpectedStop('usage', `There are no manifests for ${environment}: ${file} is not there.`, [
    `Write them: orion-setup setup --env ${environment}`,
    'Or go where they are: into the tree, or beside its folder k8s; or name the profile that knows it: --profile NAME',
  ]);
}

const builtHere = ({ base, overlay }: ReturnType<typeof readTree>, secret: KubernetesObject) => ({
  base,
  objects: build(base, overlay, secret),
});

async function byKubectl(ports: RenderPorts, tree: string, environment: EnvironmentName, signal: AbortSignal) {
  const [base, objects] = await Promise.all([
    kustomized(ports, `${tree}/base`, signal),
    kustomized(ports, `${tree}/overlays/${environment}`, signal),
  ]);
  return { base, objects };
}

async function secretsOf(ports: RenderPorts, folder: string, environment: EnvironmentName) {
  const text = await ports.files.read(`${folder}/secrets.env`);
  const parsed = text === undefined ? undefined : parseSecretsEnv(text);
  if (parsed?.ok) return parsed.values;
  throw new ExpectedStop(
    'usage',
    `${folder}/secrets.env is ${text === undefined ? 'not there' : 'not complete'}: it is never committed, so each machine has its own.`,
    [`Write it: orion-setup setup secrets ${environment}`],
  );
}

async function kustomized(
  ports: RenderPorts,
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

const serviceIn = (objects: readonly KubernetesObject[]): KubernetesObject | undefined =>
  objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'auth-service');

function imageIn(objects: readonly KubernetesObject[], environment: EnvironmentName): string {
  const [container] = listAt(serviceIn(objects), 'spec.template.spec.containers');
  const image = textAt(container, 'image');
  if (image === undefined)
    throw new ExpectedStop('usage', `The manifests of ${environment} have no Deployment auth-service with an image.`);
  return image;
}

/** Consent and memory go by the environment's namespace; an overlay that leads into the other one would slip past both. */
function insistOnNamespace(objects: readonly KubernetesObject[], environment: EnvironmentName): void {
  const namespace = namespaces[environment];
  const others = Object.values(namespaces).filter((name) => name !== namespace);
  const stray = [serviceIn(objects), ...objects].find(
    (object, place) =>
      (place === 0 && object?.metadata.namespace !== namespace) || others.includes(object?.metadata.namespace ?? ''),
  );
  if (stray === undefined) return;
  throw new ExpectedStop(
    'usage',
    `The manifests of ${environment} put ${stray.kind}/${stray.metadata.name} into ${stray.metadata.namespace}; ${environment} is ${namespace}.`,
    [`Set "namespace: ${namespace}" in overlays/${environment}/kustomization.yaml.`],
  );
}
