import { type Fetched, seen } from '../fetched.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { AlertmanagerAddress } from '../look.ts';
import { alertmanagersTold } from '../prometheus/address.ts';
import type { World } from '../scenario.ts';
import { alertRoutesOf } from './config.ts';
import type { AlertRoutes } from './route.ts';

/** What a Prometheus of a scenario says of its Alertmanagers (/api/v1/alertmanagers). */
export function alertmanagersDocument(prometheus: KubernetesObject, { alertmanager }: World) {
  const told = alertmanager.answers ? alertmanagersTold(prometheus) : [];
  return {
    activeAlertmanagers: told.map(({ scheme, prefix }) => ({
      url: `${scheme}://10.244.255.93:9093${prefix}/api/v2/alerts`,
    })),
    droppedAlertmanagers: [],
  };
}

/** Whether some Prometheus is told of it: that is the only one there is. */
export const isTold = (
  objects: readonly KubernetesObject[],
  { namespace, service, port }: AlertmanagerAddress,
): boolean =>
  objects
    .filter(({ kind }) => kind === 'Prometheus')
    .flatMap(alertmanagersTold)
    .some((told) => told.namespace === namespace && told.service === service && told.port === port);

export function alertRoutesIn(
  address: AlertmanagerAddress,
  objects: readonly KubernetesObject[],
  { alertmanager }: World,
): Fetched<AlertRoutes> {
  const { service } = address;
  if (!isTold(objects, address)) return { ok: false, why: 'not-found', detail: `Service ${service} does not exist` };
  if (!alertmanager.answers)
    return { ok: false, why: 'unreachable', detail: `no endpoints available for service "${service}"` };
  const routes = alertRoutesOf(alertmanager.config);
  return routes ? seen(routes) : { ok: false, why: 'unreadable', detail: 'its routes could not be read' };
}
