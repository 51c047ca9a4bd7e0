import { isTold } from '../core/alerts/world.ts';
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
  return path === '/api/v2/status'
    ? { code: 200, body: { config: { original: world.alertmanager.config }, versionInfo: { version: '0.33.0' } } }
    : { code: 404, body: '404 page not found\n' };
}
