import type { Fetched } from '../../src/core/fetched.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { InsideLook } from '../../src/core/look.ts';
import type { ScrapePoolAnswer } from '../../src/core/look-answers.ts';
import { addressOf, jobPrefixOf } from '../../src/core/prometheus/address.ts';
import type { Sight } from '../../src/core/sight.ts';

type PoolLook = Extract<InsideLook, { at: 'scrape-pool' | 'scrape-pools' }>;

/** Each of so few is asked for by its name. More would be too many requests: then all that Prometheus has come in one, and ours are kept. */
const mostSingly = 3;

type Named = { readonly pool: string };

/** The pools of one monitor, as one Prometheus is asked for them. */
export type Pools = {
  readonly monitor: KubernetesObject;
  readonly endpoints: readonly Named[];
};

const lookFor = (prometheus: KubernetesObject, { monitor, endpoints }: Pools, { pool }: Named): PoolLook =>
  endpoints.length > mostSingly
    ? { at: 'scrape-pools', prometheus: addressOf(prometheus), prefix: jobPrefixOf(monitor) }
    : { at: 'scrape-pool', prometheus: addressOf(prometheus), pool };

export function poolLooks(prometheus: KubernetesObject, pools: Pools): readonly PoolLook[] {
  const [first] = pools.endpoints;
  if (!first) return [];
  return pools.endpoints.length > mostSingly
    ? [lookFor(prometheus, pools, first)]
    : pools.endpoints.map((endpoint) => lookFor(prometheus, pools, endpoint));
}

const unknownPool: ScrapePoolAnswer = { known: false, targets: [], active: 0, dropped: 0 };

/** What a Prometheus says of one pool, with the look that told it. */
export function poolIn(
  sight: Sight,
  prometheus: KubernetesObject,
  pools: Pools,
  endpoint: Named,
): { readonly look: PoolLook; readonly answer: Fetched<ScrapePoolAnswer> } {
  const look = lookFor(prometheus, pools, endpoint);
  if (look.at === 'scrape-pool') return { look, answer: sight.try(look) };
  const all = sight.try(look);
  return { look, answer: all.ok ? { ok: true, value: all.value[endpoint.pool] ?? unknownPool } : all };
}
