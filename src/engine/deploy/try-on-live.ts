import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { Sent } from '../../core/outside/cluster-writer.ts';
import { liveOf } from './live-of.ts';
import type { Cluster } from './ports.ts';

/** One that is written all the time is told as it was seen. */
const mostAgain = 3;

/**
 * An object as it is, and what a dry run makes of it, of one moment: what a controller writes between the two requests would read as a
 * change of ours.
 */
export async function tryOnLive(
  cluster: Cluster,
  object: KubernetesObject,
  there: KubernetesObject | undefined,
  force: boolean,
  signal: AbortSignal,
): Promise<{ readonly live: KubernetesObject | undefined; readonly dry: Sent }> {
  const attempt = () => cluster.writer.send({ do: 'apply', object }, { dryRun: true, force }, signal);
  let [live, dry] = [there, await attempt()];
  for (let again = 0; again < mostAgain && !isOfOneMoment(live, dry); again += 1) {
    live = await liveOf(cluster, object, signal);
    if (!isOfOneMoment(live, dry)) dry = await attempt();
  }
  return { live, dry };
}

/** A dry run answers with the version that it started from. */
const isOfOneMoment = (live: KubernetesObject | undefined, dry: Sent): boolean =>
  live === undefined ||
  !dry.ok ||
  dry.object === undefined ||
  dry.object.metadata.resourceVersion === live.metadata.resourceVersion;
