import type { Fetched } from '../../src/core/fetched.ts';
import { listAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { nameOf } from '../../src/core/look.ts';
import type { PrometheusRuntimeAnswer, ScrapePoolAnswer } from '../../src/core/look-answers.ts';
import { rejectionOf } from '../../src/core/prometheus/acceptance.ts';
import { addressOf, jobPrefixOf } from '../../src/core/prometheus/address.ts';
import type { Surroundings } from '../../src/core/prometheus/discovery.ts';
import { type Pool, poolOf } from '../../src/core/prometheus/pool.ts';
import { searchedNamespaces, selectsLabels, selectsNamespace } from '../../src/core/prometheus/selection.ts';
import { CouldNotLook, type Sight } from '../../src/core/sight.ts';
import { configOf, type JobsLook, jobsLookOf } from './generated.ts';
import { poolIn } from './pools.ts';

/** One endpoint of the ServiceMonitor, and what Prometheus says of its pool. */
export type Endpoint = {
  readonly place: number;
  readonly spec: unknown;
  /** The job and scrape pool: `serviceMonitor/NAMESPACE/NAME/PLACE`. */
  readonly pool: string;
};

/**
 * What prometheus-not-scraping's detectors see: the way from ServiceMonitor to sample, gate by gate. Everything is read when asked for,
 * and throws CouldNotLook where it may not be read.
 */
export type PromView = {
  readonly sight: Sight;
  readonly namespace: string;
  /** false: the cluster does not know the kind ServiceMonitor. */
  readonly isKindServed: boolean;
  /** Undefined where the target does not exist. */
  readonly monitor: KubernetesObject | undefined;
  /** Prometheus and PrometheusAgent objects, of all namespaces. */
  readonly prometheuses: () => readonly KubernetesObject[];
  /** Those that take the ServiceMonitor by its labels and by its namespace. */
  readonly takers: () => readonly KubernetesObject[];
  readonly takesLabels: (prometheus: KubernetesObject) => boolean;
  readonly takesNamespace: (prometheus: KubernetesObject) => boolean;
  /** The one whose word is asked for: the first that takes the ServiceMonitor, else the only one there is. */
  readonly meant: () => KubernetesObject | undefined;
  readonly endpoints: readonly Endpoint[];
  /** What the Prometheus that is meant says of a pool. */
  readonly pool: (endpoint: Endpoint) => ScrapePoolAnswer;
  readonly tryPool: (endpoint: Endpoint) => Fetched<ScrapePoolAnswer>;
  readonly runtime: () => PrometheusRuntimeAnswer;
  /** Whether Prometheus has a target for every endpoint: then all gates up to there are passed. False where that could not be seen. */
  readonly isDiscovered: () => boolean;
  /** Whether the generated configuration has our job. */
  /** The look that tells it. */
  readonly jobsLook: () => { readonly prometheus: KubernetesObject | undefined; readonly jobs: JobsLook };
  readonly config: () => 'present' | 'absent' | 'unknown';
  /** What is known from the objects alone: Services, endpoints and pods in the namespaces that the ServiceMonitor searches. */
  readonly surroundings: () => Surroundings;
  /** The pool as discovery and relabeling would make it from these. */
  readonly simulated: (endpoint: Endpoint) => Pool;
  /** Whether selection and acceptance are passed, so that what lies behind them is worth judging. */
  readonly isTaken: () => boolean;
};

export function promViewOf(sight: Sight): PromView {
  const namespace = sight.target.namespace ?? '';
  const listed = sight.tryList(kinds.ServiceMonitor, namespace);
  const isKindServed = listed.ok || listed.why !== 'not-found';
  const monitor = isKindServed
    ? sight.list(kinds.ServiceMonitor, namespace).find(({ metadata }) => metadata.name === sight.target.name)
    : undefined;
  const endpoints = listAt(monitor, 'spec.endpoints').map((spec, place) => ({
    place,
    spec,
    pool: `${monitor ? jobPrefixOf(monitor) : ''}${place}`,
  }));

  const prometheuses = () => [...servedList(sight, kinds.Prometheus), ...servedList(sight, kinds.PrometheusAgent)];
  const takesLabels = (prometheus: KubernetesObject) => monitor !== undefined && selectsLabels(prometheus, monitor);
  const takesNamespace = (prometheus: KubernetesObject) =>
    monitor !== undefined && selectsNamespace(prometheus, monitor, () => namespaceLabels(sight, namespace));
  const takers = () => prometheuses().filter((one) => takesLabels(one) && takesNamespace(one));
  const meant = () => {
    const all = prometheuses();
    return takers()[0] ?? (all.length === 1 ? all[0] : undefined);
  };
  const tryPool = (endpoint: Endpoint): Fetched<ScrapePoolAnswer> => {
    const prometheus = meant();
    return monitor && prometheus
      ? trusted(prometheuses(), prometheus, poolIn(sight, prometheus, { monitor, endpoints }, endpoint).answer)
      : { ok: false, why: 'not-found', detail: 'no Prometheus takes this ServiceMonitor' };
  };
  const surroundings = () => surroundingsOf(sight, monitor, meant());

  return {
    sight,
    namespace,
    isKindServed,
    monitor,
    prometheuses,
    takers,
    takesLabels,
    takesNamespace,
    meant,
    endpoints,
    pool: (endpoint) => {
      const prometheus = meant();
      if (!monitor || !prometheus) return { known: false, targets: [], active: 0, dropped: 0 };
      const answer = tryPool(endpoint);
      if (answer.ok) return answer.value;
      const { look } = poolIn(sight, prometheus, { monitor, endpoints }, endpoint);
      throw new CouldNotLook(nameOf(look), answer);
    },
    tryPool,
    runtime: () => {
      const prometheus = meant();
      if (!prometheus) return { reloaded: true, lastConfigTime: '' };
      return sight.must({ at: 'prometheus-runtime', prometheus: addressOf(prometheus) });
    },
    isDiscovered: () => isDiscovered(sight, monitor, endpoints),
    jobsLook: () => ({ prometheus: meant(), jobs: jobsLookOf(monitor, meant()) }),
    config: () => configOf(sight, monitor, meant(), endpoints.map(tryPool)),
    surroundings,
    simulated: (endpoint) => poolOf(monitor as KubernetesObject, endpoint.spec, meant(), surroundings()),
    isTaken: () => {
      const [taker] = takers();
      return monitor !== undefined && taker !== undefined && rejectionOf(monitor, taker) === undefined;
    },
  };
}

/**
 * Prometheus objects of one namespace share the operator's Service, and any of them may have answered: that one of them does not know the
 * pool then says nothing of the others.
 */
function trusted(
  all: readonly KubernetesObject[],
  prometheus: KubernetesObject,
  answer: Fetched<ScrapePoolAnswer>,
): Fetched<ScrapePoolAnswer> {
  const { namespace, service } = addressOf(prometheus);
  const isShared = all.some(
    (one) => one !== prometheus && addressOf(one).namespace === namespace && addressOf(one).service === service,
  );
  if (!answer.ok || answer.value.known || !isShared) return answer;
  return { ok: false, why: 'not-looked', detail: `several Prometheuses answer for Service ${service} in ${namespace}` };
}

/** A kind that the cluster does not know has no objects. */
function servedList(sight: Sight, kind: typeof kinds.Prometheus | typeof kinds.PrometheusAgent) {
  const listed = sight.tryList(kind);
  return !listed.ok && listed.why === 'not-found' ? [] : sight.list(kind);
}

/** The name is on every Namespace as a label, set by the API server, so that much is known without reading it. */
function namespaceLabels(sight: Sight, name: string): Readonly<Record<string, string>> {
  const namespace = sight.get(kinds.Namespace, name);
  return { 'kubernetes.io/metadata.name': name, ...namespace?.metadata.labels };
}

/** Any Prometheus will do, not only the one that should: what is scraped is not broken. */
function isDiscovered(sight: Sight, monitor: KubernetesObject | undefined, endpoints: readonly Endpoint[]): boolean {
  const listed = [sight.tryList(kinds.Prometheus), sight.tryList(kinds.PrometheusAgent)];
  if (!monitor || endpoints.length === 0) return false;
  return listed
    .flatMap((answer) => (answer.ok ? answer.value : []))
    .some((prometheus) =>
      endpoints.every((endpoint) => {
        const { answer } = poolIn(sight, prometheus, { monitor, endpoints }, endpoint);
        return answer.ok && answer.value.active > 0;
      }),
    );
}

/** Of a kind, in every namespace that the ServiceMonitor searches. */
function surroundingsOf(
  sight: Sight,
  monitor: KubernetesObject | undefined,
  prometheus: KubernetesObject | undefined,
): Surroundings {
  const searched = monitor ? searchedNamespaces(monitor, prometheus) : [];
  const of = (kind: typeof kinds.Service | typeof kinds.EndpointSlice | typeof kinds.Pod) =>
    searched === '*' ? sight.list(kind) : searched.flatMap((namespace) => sight.list(kind, namespace));
  return { services: of(kinds.Service), slices: of(kinds.EndpointSlice), pods: of(kinds.Pod) };
}
