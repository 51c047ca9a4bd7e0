import { alertRoutesOf } from '../core/alerts/config.ts';
import { matchersOf } from '../core/alerts/matchers.ts';
import { type Matcher, reached } from '../core/alerts/route.ts';
import { isTold } from '../core/alerts/world.ts';
import type { PostedAlert } from '../core/change.ts';
import { isEqual } from '../core/equal.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { AlertmanagerAddress } from '../core/look.ts';
import type { Scenario, World } from '../core/scenario.ts';
import { forbidden, mayDo } from './access.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { refusal } from './api-status.ts';
import type { Cluster } from './cluster.ts';

/** An Alertmanager behind the service proxy, where some Prometheus is told of one. Undefined for other paths. */
export function alertmanagerAnswer(
  cluster: Cluster,
  request: ApiRequest,
  { refused, world }: { readonly refused: Scenario['refused']; readonly world: World },
): ApiAnswer | undefined {
  const [, namespace = '', name = '', path = ''] =
    /^\/api\/v1\/namespaces\/([^/]+)\/services\/([^/]+)\/proxy(\/.*)?$/.exec(request.path) ?? [];
  const [scheme = '', service = '', port = ''] = decodeURIComponent(name).split(':');
  const address: AlertmanagerAddress = {
    namespace,
    service,
    port,
    prefix: '',
    scheme: scheme === 'https' ? scheme : 'http',
  };
  if (!isTold(cluster.store.all(), address)) return undefined;
  const verb = request.method === 'POST' ? 'create' : 'get';
  const attempt = { group: '', resource: 'services/proxy', verb, namespace, name: `${scheme}:${service}:${port}` };
  const look = `alert-routes ${namespace} ${attempt.name}`;
  const found = refused.find((one) => look === one.look || look.startsWith(`${one.look} `));
  if (!mayDo(request.user, attempt) || found?.why === 'forbidden')
    throw forbidden(request.user, kinds.Service, attempt);
  if (!world.alertmanager.answers || found)
    throw refusal(503, 'ServiceUnavailable', `no endpoints available for service "${attempt.name}"`);
  if (path === '/api/v2/status')
    return { code: 200, body: { config: { original: world.alertmanager.config }, versionInfo: { version: '0.33.0' } } };
  if (path !== '/api/v2/alerts') return { code: 404, body: '404 page not found\n' };
  const now = cluster.now();
  const held = heldIn(cluster);
  if (request.method !== 'POST') {
    const wanted = request.query.getAll('filter').map(matchersOf);
    const living = held.filter(
      ({ endsAt, labels }) => new Date(endsAt) > now && wanted.every((all) => fits(all, labels)),
    );
    return { code: 200, body: living.map((one) => documentOf(one, world)) };
  }
  for (const posted of JSON.parse(request.body) as readonly PostedAlert[]) {
    const before = held.findIndex(({ labels }) => isEqual(labels, posted.labels));
    if (before >= 0) held.splice(before, 1);
    held.push(posted);
  }
  return { code: 200, body: '' };
}

/** What was posted, for as long as the cluster lives. */
const posted = new WeakMap<Cluster['store'], PostedAlert[]>();

function heldIn({ store }: Cluster): PostedAlert[] {
  const held = posted.get(store) ?? [];
  posted.set(store, held);
  return held;
}

const fits = (matchers: readonly Matcher[] | undefined, labels: PostedAlert['labels']): boolean =>
  matchers?.every(({ label, value }) => labels[label] === value) === true;

function documentOf(alert: PostedAlert, { alertmanager }: World) {
  const routes = alertRoutesOf(alertmanager.config);
  const told = routes ? reached(routes.route, { name: '', labels: alert.labels, open: [] }).routes : [];
  return {
    ...alert,
    receivers: told.map(({ receiver }) => ({ name: receiver })),
    status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
  };
}
