import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type {
  LogLine,
  MetricsPageAnswer,
  PrometheusRuntimeAnswer,
  ScrapePoolAnswer,
  ScrapePoolsAnswer,
  ScrapeTarget,
} from '../core/look-answers.ts';
import { addressOf, userOf } from '../core/prometheus/address.ts';
import { isOpenMetrics } from '../core/prometheus/content-type.ts';
import type { Scenario, World } from '../core/scenario.ts';

type Living = Pick<World, 'prometheus' | 'pages' | 'logs'>;

/**
 * What Prometheus, the pods and the operator said at one moment, as the world that said it: pages by the pods that showed them, the jobs
 * that Prometheus had, what the operator wrote.
 */
export function prometheusWorld({ world }: Scenario): Living {
  const pages: Record<string, World['pages'][string]> = {};
  const logs: Record<string, readonly LogLine[]> = {};
  const keeps: string[] = [];
  const unloaded: string[] = [];
  const failing: ScrapeTarget[] = [];
  let { reload } = world.prometheus;
  for (const [name, answer] of Object.entries(world.looks)) {
    const [at = '', first = '', second = '', third = '', fourth = ''] = name.split(' ');
    if (at === 'scrape-jobs') keeps.push(...Array.from({ length: Number(answer) }, (_, place) => `${second}${place}`));
    if (at === 'scrape-pool') {
      const { known, targets } = answer as ScrapePoolAnswer;
      (known ? keeps : unloaded).push(second);
      failing.push(...targets);
    }
    if (at === 'scrape-pools') {
      keeps.push(...Object.keys(answer as ScrapePoolsAnswer));
      failing.push(...Object.values(answer as ScrapePoolsAnswer).flatMap(({ targets }) => targets));
    }
    if (at === 'prometheus-runtime' && !(answer as PrometheusRuntimeAnswer).reloaded) reload = 'failed';
    if (at === 'log-lines') logs[first] = [...(logs[first] ?? []), ...(answer as readonly LogLine[])];
    // `metrics-page NAMESPACE/POD SCHEME PORT PATH`
    const page = at === 'metrics-page' ? pageOf(answer as MetricsPageAnswer, second) : undefined;
    // Only one of several alike was asked: it stands for all that show no other.
    if (page !== undefined) {
      pages[`${first.replace(/^[^/]*\//, '')}:${third}${fourth}`] = page;
      pages[`${third}${fourth}`] ??= page;
    }
  }
  // A job that the operator wrote, and that Prometheus does not run: it runs what it had before.
  const kept = [...world.prometheus.keeps, ...keeps].filter((job) => reload === 'good' || !unloaded.includes(job));
  return {
    prometheus: { ...world.prometheus, reload, keeps: [...new Set(kept)] },
    pages: { ...pagesSaid(failing), ...world.pages, ...pages },
    logs: { ...world.logs, ...(logs as World['logs']) },
  };
}

/** Where nobody looked at the page itself, Prometheus' word tells its status. */
const pagesSaid = (targets: readonly ScrapeTarget[]): World['pages'] =>
  Object.fromEntries(
    targets.flatMap(({ url, lastError, labels }) => {
      const [, status] = /^server returned HTTP status (\d{3})/.exec(lastError) ?? [];
      const { protocol, port, pathname } = new URL(url);
      const isHttp = protocol === 'http:';
      if (status === undefined || labels['pod'] === undefined) return [];
      const place = `${labels['pod']}:${port || (isHttp ? '80' : '443')}${pathname}`;
      const page = { status: Number(status), contentType: 'text/plain', location: '', seconds: 0, body: '' };
      return [[place, { ...page, scheme: isHttp ? 'http' : 'https', certificate }] as const];
    }),
  );

function pageOf(answer: MetricsPageAnswer, scheme: string): World['pages'][string] | undefined {
  // A server that speaks the other scheme shows itself where that was asked.
  if (answer.outcome === 'failed') return answer.why === 'tls' || answer.why === 'unreachable' ? undefined : answer.why;
  if (answer.status === 400 && scheme === 'http') return undefined;
  const { status, contentType, location, seconds } = answer;
  const body = answer.isExposition && answer.body.length >= mostKept ? cutPage(answer) : answer.body;
  return { status, contentType, location, seconds, body, scheme: scheme === 'https' ? 'https' : 'http', certificate };
}

/** Of a long page, only the beginning was kept: it may end within a line, and lacks what ends a page of OpenMetrics. */
const mostKept = 1024;
const cutPage = ({ body, contentType }: { readonly body: string; readonly contentType: string }): string =>
  `${body.replace(/[^\n]*$/, '')}${isOpenMetrics(contentType) ? '# EOF\n' : ''}`;

const certificate = { names: [], isExpired: false, wantsClient: false, refusesClient: false, onPlain: '400' as const };

/** A diagnosis of what is well has no need to look at the pod of a Prometheus that answers, nor at its rights. */
export function unseenOfPrometheus({ objects, world, refused }: Scenario): readonly KubernetesObject[] {
  const has = (kind: string, namespace: string | undefined, name: string) =>
    objects.some((one) => one.kind === kind && one.metadata.namespace === namespace && one.metadata.name === name);
  return objects
    .filter(({ kind }) => /^Prometheus(Agent)?$/.test(kind))
    .flatMap((prometheus) => {
      const { service } = addressOf(prometheus);
      const { namespace = '', name } = prometheus.metadata;
      return [
        ...(has('Pod', namespace, `prometheus-${name}-0`) || isSilent(refused, prometheus) ? [] : [podOf(prometheus)]),
        ...(has('Service', namespace, service) ? [] : [serviceOf(namespace, service)]),
        ...rightsOf(prometheus, world.looks),
      ];
    });
}

/** Where there was no reason to ask it, nothing speaks against it. */
const isSilent = (refused: Scenario['refused'], { metadata: { namespace, name } }: KubernetesObject): boolean =>
  refused.some(({ look }) => look === `prometheus-runtime ${namespace}/${name}`);

/** That Prometheus or a page did not answer is a matter of their pods, which may come back. */
export const lastingRefusals = ({ refused }: Scenario): Scenario['refused'] =>
  refused.filter(
    ({ look, why }) => why === 'forbidden' || !/^(prometheus-(runtime|query)|scrape-pools?|metrics-page) /.test(look),
  );

function podOf({ metadata: { name, namespace = '' } }: KubernetesObject): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `prometheus-${name}-0`,
      namespace,
      labels: { 'app.kubernetes.io/name': 'prometheus', 'operator.prometheus.io/name': name },
    },
    spec: { containers: [{ name: 'prometheus', image: 'quay.io/prometheus/prometheus:v3' }] },
    status: { phase: 'Running', podIP: '10.244.255.90', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

const serviceOf = (namespace: string, name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: {
    clusterIP: 'None',
    selector: { 'app.kubernetes.io/name': 'prometheus' },
    ports: [{ name: 'web', port: 9090 }],
  },
});

const discovery = [
  ['', 'services'],
  ['', 'pods'],
  ['', 'endpoints'],
  ['discovery.k8s.io', 'endpointslices'],
] as const;

/** What Prometheus discovers by, but for what an access review denied. */
function rightsOf(prometheus: KubernetesObject, looks: World['looks']): readonly KubernetesObject[] {
  const user = userOf(prometheus);
  const name = `discovery-of-${prometheus.metadata.name}`;
  const isDenied = (group: string, resource: string) => {
    const called = group === '' ? resource : `${resource}.${group}`;
    return Object.entries(looks).some(
      ([look, allowed]) => look.startsWith(`access ${user} list ${called} in `) && allowed === false,
    );
  };
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name } };
  const rules = discovery
    .filter(([group, resource]) => !isDenied(group, resource))
    .map(([group, resource]) => ({ apiGroups: [group], resources: [resource], verbs: ['get', 'list', 'watch'] }));
  return [
    { ...rbac, kind: 'ClusterRole', rules },
    {
      ...rbac,
      kind: 'ClusterRoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    },
  ];
}
