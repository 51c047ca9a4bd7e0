import fc from 'fast-check';
import { beforeAll, test } from 'vitest';
import { isEqual } from '../../../src/core/equal.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { scrapePoolOf } from '../../../src/core/prometheus/answers.ts';
import { poolOf } from '../../../src/core/prometheus/pool.ts';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { monitored } from './monitored.ts';

/** The replay of discovery and relabeling, held against a real operator and a real Prometheus: random rules, the same targets and labels. */
const bed = currentBed();
const port = 3001;
const pools = 60;

const sources = [
  '__meta_kubernetes_namespace',
  '__meta_kubernetes_service_name',
  '__meta_kubernetes_service_label_app',
  '__meta_kubernetes_service_labelpresent_app',
  '__meta_kubernetes_endpoint_port_name',
  '__meta_kubernetes_endpoint_ready',
  '__meta_kubernetes_pod_name',
  '__meta_kubernetes_pod_phase',
  '__meta_kubernetes_pod_container_port_number',
  '__meta_kubernetes_pod_controller_kind',
  '__meta_kubernetes_pod_label_absent',
  '__address__',
  'pod',
  'one',
  'two',
];
const regexes = [
  '(.*)',
  '.+',
  '',
  'auth-service',
  'auth',
  '(auth)-(?P<rest>.*)',
  '(?i)AUTH-SERVICE.*',
  '[a-z0-9-]+;[^;]*',
  'Running|Pending',
  '(.+):(\\d+)',
  '[[:alpha:]-]+',
  'true',
  'h..p',
  '\\d+',
];
/** Go's templates, with and without braces. */
const name = (inside: string) => ['$', '{', inside, '}'].join('');
const text = fc.constantFrom('', '$1', name('1'), '$1x', name('rest'), 'fixed', '$$', '$2-$1', 'a$0b');
const target = fc.constantFrom('one', 'two', 'three', `${name('1')}_name`, '__tmp_x', 'pod');
const sourceLabels = fc.uniqueArray(fc.constantFrom(...sources), { minLength: 1, maxLength: 3 });
const regex = fc.constantFrom(...regexes);
const separator = fc.constantFrom(';', '-', '', ':');

/** Rules that change labels, and now and then one that drops. */
const rule = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      { action: fc.constant('replace'), sourceLabels, regex, separator, targetLabel: target, replacement: text },
      { requiredKeys: ['sourceLabels', 'targetLabel'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ action: fc.constantFrom('keep', 'drop'), sourceLabels, regex }) },
  {
    weight: 1,
    arbitrary: fc.record({
      action: fc.constantFrom('keepequal', 'dropequal'),
      sourceLabels,
      targetLabel: fc.constantFrom('pod', 'one', 'job'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      action: fc.constantFrom('lowercase', 'uppercase'),
      sourceLabels,
      targetLabel: fc.constantFrom('one', 'two'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      action: fc.constant('hashmod'),
      sourceLabels,
      targetLabel: fc.constant('two'),
      modulus: fc.integer({ min: 1, max: 1000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      action: fc.constant('labelmap'),
      regex: fc.constant('__meta_kubernetes_pod_label_(.+)'),
      replacement: fc.constantFrom('k8s_$1', '$1'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      action: fc.constant('labeldrop'),
      regex: fc.constantFrom('one', 't.*', 'container|endpoint'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ action: fc.constant('labelkeep'), regex: fc.constantFrom('__.*|job|pod|one', '.*') }),
  },
);
const selection = fc.constantFrom<object>(
  { port: 'http' },
  { port: 'h.*' },
  { targetPort: port },
  { targetPort: 'http' },
  { port: 'metrics' },
);

const seed = Date.now() % 2 ** 31;
const endpoints = fc
  .sample(fc.tuple(selection, fc.array(rule, { minLength: 1, maxLength: 5 })), { numRuns: pools, seed })
  .map(([by, relabelings]) => ({ ...by, path: '/metrics', interval: '1h', relabelings }));

let namespace = '';
let address = '';
beforeAll(async () => {
  address = await bed.prometheus.start();
  namespace = await monitored('relabel', { port, spec: { endpoints } });
});

const itemsOf = async (path: string, apiVersion: string, kind: string): Promise<readonly KubernetesObject[]> =>
  (await bed.api.get(path)).items.map((item: Json) => ({ ...item, apiVersion, kind }));

/** Targets with their labels and URLs, in an order of their own. */
const shown = (targets: readonly { readonly labels: object; readonly url: string }[]): readonly string[] =>
  targets.map(({ labels, url }) => JSON.stringify([url, Object.entries(labels).toSorted()])).toSorted();

test('sixty endpoints with random relabelings: the same targets, labels and counts as Prometheus has', async () => {
  const monitor = await bed.api.get(
    `/apis/monitoring.coreos.com/v1/namespaces/${namespace}/servicemonitors/auth-service-monitor`,
  );
  const prometheus = await bed.api.get('/apis/monitoring.coreos.com/v1/namespaces/monitoring/prometheuses/k8s');
  let differs: object | undefined;
  const seen = async () => {
    const path = `namespaces/${namespace}`;
    const surroundings = {
      services: await itemsOf(`/api/v1/${path}/services`, 'v1', 'Service'),
      slices: await itemsOf(`/apis/discovery.k8s.io/v1/${path}/endpointslices`, 'discovery.k8s.io/v1', 'EndpointSlice'),
      pods: await itemsOf(`/api/v1/${path}/pods`, 'v1', 'Pod'),
    };
    const { data } = (await (await fetch(`http://${address}:9090/api/v1/targets?state=any`)).json()) as Json;
    for (const [place, endpoint] of monitor.spec.endpoints.entries()) {
      const pool = `serviceMonitor/${namespace}/auth-service-monitor/${place}`;
      const ours = poolOf(monitor, endpoint, prometheus, surroundings);
      const theirs = data.activeTargets
        .filter(({ scrapePool }: Json) => scrapePool === pool)
        .map(({ labels, scrapeUrl }: Json) => ({ labels, url: scrapeUrl }));
      const [here, there] = [
        { kept: shown(ours.kept), dropped: ours.dropped.length, unsure: ours.unsure.length },
        { kept: shown(theirs), dropped: scrapePoolOf(data, pool)?.dropped, unsure: 0 },
      ];
      differs = isEqual(here, there) ? undefined : { endpoint, here, there };
      if (differs) return undefined;
    }
    return surroundings.pods.length === 2 ? true : undefined;
  };
  // Prometheus discovers one namespace after the other; once it has, all must be the same.
  await until('the same targets', seen, 60).catch((error: Error) => {
    throw new Error(`${error.message}; seed ${seed}: ${JSON.stringify(differs, null, 1)}`);
  });
});
