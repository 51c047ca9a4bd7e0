import { ExpectedStop } from '../../core/failure.ts';
import { kindOf } from '../../core/kubernetes/kinds.ts';
import { type KubernetesObject, shortName } from '../../core/kubernetes/object.ts';
import type { Cluster } from './ports.ts';

export const nameOf = ({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string =>
  metadata.namespace === undefined
    ? shortName({ kind, name: metadata.name })
    : `${kind}/${metadata.namespace}/${metadata.name}`;

/** The object as it is, or undefined where there is none. Throws where that cannot be read: nothing is planned blindly. */
export async function liveOf(
  { reader }: Pick<Cluster, 'reader'>,
  object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>,
  signal: AbortSignal,
): Promise<KubernetesObject | undefined> {
  const kind = kindOf(object);
  if (kind === undefined) return undefined;
  const { name, namespace } = object.metadata;
  const answer = await reader.look(
    { at: 'get', kind, name, ...(namespace === undefined ? {} : { namespace }) },
    signal,
  );
  if (answer.ok) return answer.value;
  if (answer.why === 'not-found') return undefined;
  const reason = answer.why === 'unreachable' ? 'no-connection' : answer.why === 'timed-out' ? 'timed-out' : 'refused';
  throw new ExpectedStop(
    reason,
    `${nameOf(object)} cannot be read, so nothing is changed: ${answer.detail}`,
    answer.needs === undefined ? [] : [`The right that is missing: ${answer.needs}`],
  );
}

/** What may not be looked at is not planned for; the rest is, so that it can be shown. */
export const liveOrForbidden = (
  cluster: Pick<Cluster, 'reader'>,
  object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>,
  signal: AbortSignal,
) =>
  liveOf(cluster, object, signal).catch((error: unknown) => {
    if (error instanceof ExpectedStop && error.reason === 'refused') return error;
    throw error;
  });
