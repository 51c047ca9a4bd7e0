import { listAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { isAllowed } from '../kubernetes/rbac.ts';
import type { World } from '../scenario.ts';
import { rejectionOf } from './acceptance.ts';
import { jobPrefixOf, userOf } from './address.ts';
import type { Surroundings } from './discovery.ts';
import { millisecondsOf } from './durations.ts';
import { lastChange, missedLine } from './missed.ts';
import { isPaused, isUp, looksAfter, operatorsIn, readsMonitorsIn, scopeOf } from './operator.ts';
import { type Pool, poolOf } from './pool.ts';
import { missingReference } from './references.ts';
import { type Scraped, scraped } from './scraped.ts';
import { searchedNamespaces, selectsLabels, selectsNamespace } from './selection.ts';

/** A replay of the operator and of Prometheus over the objects of a scenario: which jobs there are, and what each finds. */
export type Objects = readonly KubernetesObject[];

/** The jobs that the operator wrote. Where it does not work, those that were there before. */
export function jobsInConfig(prometheus: KubernetesObject, objects: Objects, world: World): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'ServiceMonitor')
    .flatMap((monitor) => {
      const jobs = listAt(monitor, 'spec.endpoints').map((_, place) => `${jobPrefixOf(monitor)}${place}`);
      if (!isOperated(prometheus, objects)) return jobs.filter((job) => world.prometheus.keeps.includes(job));
      return isTaken(monitor, prometheus, objects) && !isMissed(monitor, prometheus, world) ? jobs : [];
    });
}

function isOperated(prometheus: KubernetesObject, objects: Objects): boolean {
  const operators = operatorsIn(objects.filter(({ kind }) => kind === 'Deployment'));
  return (
    !isPaused(prometheus) &&
    (operators.length === 0 || operators.some((one) => isUp(one) && looksAfter(scopeOf(one), prometheus)))
  );
}

function isTaken(monitor: KubernetesObject, prometheus: KubernetesObject, objects: Objects): boolean {
  const namespace = monitor.metadata.namespace ?? '';
  const labels = () => ({
    'kubernetes.io/metadata.name': namespace,
    ...objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace)?.metadata.labels,
  });
  const scopes = operatorsIn(objects.filter(({ kind }) => kind === 'Deployment')).map(scopeOf);
  return (
    selectsLabels(prometheus, monitor) &&
    selectsNamespace(prometheus, monitor, labels) &&
    (scopes.length === 0 || scopes.some((scope) => readsMonitorsIn(scope, namespace))) &&
    rejectionOf(monitor, prometheus) === undefined &&
    missingReference(monitor, objects) === undefined
  );
}

/** Whether the operator let the monitor's last change go by. */
function isMissed(monitor: KubernetesObject, prometheus: KubernetesObject, world: World): boolean {
  const since = lastChange(monitor);
  const lines = Object.values(world.logs).flat();
  const namespace = monitor.metadata.namespace ?? '';
  return since !== undefined && missedLine(lines, { namespace, since, prometheus }) !== undefined;
}

export type LivePool = {
  readonly name: string;
  readonly monitor: KubernetesObject;
  readonly endpoint: unknown;
  readonly pool: Pool;
};

/** The pools that Prometheus runs: a reload that failed leaves those of before. */
export function livePools(prometheus: KubernetesObject, objects: Objects, world: World): readonly LivePool[] {
  const loaded = world.prometheus.reload === 'good' ? jobsInConfig(prometheus, objects, world) : world.prometheus.keeps;
  return objects
    .filter(({ kind }) => kind === 'ServiceMonitor')
    .flatMap((monitor) =>
      listAt(monitor, 'spec.endpoints').flatMap((endpoint, place) => {
        const name = `${jobPrefixOf(monitor)}${place}`;
        if (!loaded.includes(name)) return [];
        return [
          {
            name,
            monitor,
            endpoint,
            pool: poolOf(monitor, endpoint, prometheus, seenBy(prometheus, monitor, objects)),
          },
        ];
      }),
    );
}

/** What its service account lets a Prometheus see in the namespaces that a monitor searches. */
function seenBy(prometheus: KubernetesObject, monitor: KubernetesObject, objects: Objects): Surroundings {
  const searched = searchedNamespaces(monitor, prometheus);
  const slices = textAt(prometheus, 'spec.serviceDiscoveryRole') === 'EndpointSlice';
  const mayList = (namespace: string, group: string, resource: string) =>
    isAllowed(objects, { user: userOf(prometheus), verb: 'list', group, resource, namespace });
  const isSeen = (namespace: string) =>
    mayList(namespace, '', 'services') &&
    mayList(namespace, '', 'pods') &&
    (slices ? mayList(namespace, 'discovery.k8s.io', 'endpointslices') : mayList(namespace, '', 'endpoints'));
  const of = (kind: string) =>
    objects.filter(
      (object) =>
        object.kind === kind &&
        (searched === '*' || searched.includes(object.metadata.namespace ?? '')) &&
        isSeen(object.metadata.namespace ?? ''),
    );
  return { services: of('Service'), slices: of('EndpointSlice'), pods: of('Pod') };
}

/** How one target of a pool fares. */
export function scrapeIn(
  { monitor, endpoint, pool }: LivePool,
  prometheus: KubernetesObject,
  objects: Objects,
  world: World,
): readonly Scraped[] {
  const timeout = millisecondsOf(timeoutOf(endpoint, prometheus)) ?? 10_000;
  const scrape = { monitor, endpoint, prometheus, targets: pool.kept.length, timeoutSeconds: timeout / 1000 };
  return pool.kept.map((target) => scraped(target, scrape, objects, world));
}

export const intervalOf = (endpoint: unknown, prometheus: KubernetesObject): string =>
  textAt(endpoint, 'interval') || textAt(prometheus, 'spec.scrapeInterval') || '30s';
export const timeoutOf = (endpoint: unknown, prometheus: KubernetesObject): string =>
  textAt(endpoint, 'scrapeTimeout') || textAt(prometheus, 'spec.scrapeTimeout') || '10s';
