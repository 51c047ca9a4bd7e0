import { at } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { Sent } from '../../core/outside/cluster-writer.ts';
import { listOf, type See } from '../../core/prerequisites/looks.ts';
import { type EnvironmentName, namespaces } from '../../core/setup/settings.ts';
import type { Cluster } from '../deploy/ports.ts';

/** One pod as the Deployment would make it, tried on the server: quota, LimitRange and Pod Security answer for themselves. */
export async function tryPod(
  { writer }: Cluster,
  objects: readonly KubernetesObject[],
  environment: EnvironmentName,
  see: See,
  signal: AbortSignal,
): Promise<Sent | null> {
  const namespace = namespaces[environment];
  const namespacesSeen = see(listOf(kinds.Namespace));
  if (!namespacesSeen.ok || !namespacesSeen.value.some(({ metadata }) => metadata.name === namespace)) return null;
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  const template = at(deployment, 'spec.template') as
    | { readonly metadata?: object; readonly spec?: unknown }
    | undefined;
  if (template?.spec === undefined) return null;
  const object: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: 'orion-setup-would-it-fit', namespace },
    spec: template.spec,
  };
  return await writer.send({ do: 'create', object }, { dryRun: true }, signal);
}
