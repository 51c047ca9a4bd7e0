import { ExpectedStop } from '../../core/failure.ts';
import { type Fetched, seen } from '../../core/fetched.ts';
import { type Kind, kindOf, kinds } from '../../core/kubernetes/kinds.ts';
import { type KubernetesObject, shortName } from '../../core/kubernetes/object.ts';
import type { ManifestsAnswer } from '../../core/look-answers.ts';
import type { ClusterReader } from '../../core/outside/cluster-reader.ts';
import type { EnvironmentName } from '../../core/setup/settings.ts';
import type { DeployPorts } from './ports.ts';
import { type RenderedSet, renderTree } from './render-tree.ts';

type Ports = Pick<DeployPorts, 'files' | 'shell' | 'hash'> & { readonly reader: ClusterReader };

const partsOf = {
  rollout: [kinds.Deployment, kinds.PodDisruptionBudget, kinds.HorizontalPodAutoscaler],
  certificates: [kinds.Certificate],
} as const;

/** The operator's own manifests, each tried on the API server. Where they cannot be built, or not be applied, there are none to try. */
export async function tryManifests(
  ports: Ports,
  tree: { readonly path: string; readonly environment: EnvironmentName },
  signal: AbortSignal,
  part: keyof typeof partsOf = 'rollout',
): Promise<Fetched<ManifestsAnswer>> {
  let rendered: RenderedSet;
  try {
    rendered = await renderTree(ports, tree.path, tree.environment, signal);
  } catch (error) {
    if (!(error instanceof ExpectedStop)) throw error;
    return { ok: false, why: 'not-found', detail: error.message };
  }
  const concerned: readonly (Kind | undefined)[] = partsOf[part];
  const objects = rendered.objects.filter((object) => concerned.includes(kindOf(object)));
  const tried = await Promise.all(
    objects.map(async (object) => ({ object, answer: await tryOne(ports, object, signal) })),
  );
  const refused: ManifestsAnswer['refused'][number][] = [];
  for (const { object, answer } of tried) {
    // Who may not apply them is refused before anybody reads them.
    if (!answer.ok) return answer.why === 'forbidden' ? { ok: false, why: 'not-found', detail: answer.detail } : answer;
    if (answer.value.refused.length > 0) refused.push({ object: nameIn(object), causes: answer.value.refused });
  }
  return seen({ tried: objects.map(nameIn), refused });
}

const nameIn = ({ kind, metadata: { name } }: KubernetesObject): string => shortName({ kind, name });

async function tryOne({ reader }: Ports, object: KubernetesObject, signal: AbortSignal) {
  const kind = kindOf(object) ?? kinds.Deployment;
  const { name, namespace = '' } = object.metadata;
  const live = await reader.look({ at: 'get', kind, namespace, name }, signal);
  if (!live.ok && live.why !== 'not-found') return live;
  return await reader.tryManifest(object, live.ok ? live.value : undefined, signal);
}
