import { listAt, textAt } from '../../kubernetes/field.ts';
import { kinds } from '../../kubernetes/kinds.ts';
import { attempt, CouldNotLook } from '../../sight.ts';
import { ownNames } from '../names.ts';
import type { Judgement, PointSight } from '../point.ts';
import { isServing } from './certificate.ts';

/** How a client asks for the service: the host, where it leads, and a path that the Ingress leads to the service. */
export type Way = { readonly host: string; readonly address: string; readonly path: string };

/** Several addresses are one service: the first stands for all. */
export const addressOf = ({ sight }: PointSight, host: string): string | undefined => {
  const answer = sight.try({ at: 'dns', name: host });
  return answer.ok ? (answer.value.a[0] ?? answer.value.aaaa[0]) : undefined;
};

/** `/health` where it is led to the service, else the first path that is. */
export function pathOf({ sight, namespace }: PointSight, host: string): string {
  const ingresses = attempt(() => sight.list(kinds.Ingress, namespace)) ?? [];
  const paths = ingresses
    .flatMap((ingress) => listAt(ingress, 'spec.rules'))
    .filter((rule) => textAt(rule, 'host') === host)
    .flatMap((rule) => listAt(rule, 'http.paths'))
    .filter((path) => textAt(path, 'backend.service.name') === ownNames.deployment)
    .flatMap((path) => textAt(path, 'path') ?? '/');
  return paths.includes('/health') || paths.includes('/') || paths.length === 0 ? '/health' : (paths[0] ?? '/');
}

/** The way, or what is to be said where there is none. */
export function wayTo(sight: PointSight): Way | Judgement {
  const host = sight.host();
  if (host === undefined) return { state: 'failed', saw: 'neither a Certificate nor an Ingress names a host' };
  const { rcode } = sight.sight.dns(host);
  const address = addressOf(sight, host);
  if (address !== undefined) return { host, address, path: pathOf(sight, host) };
  const saw = `${host} has no address from this machine (${rcode})`;
  // The CA found one: then it is only this machine that sees another DNS.
  if (attempt(() => isServing(sight)) || !['NOERROR', 'NXDOMAIN'].includes(rcode))
    throw new CouldNotLook(`dns ${host}`, { ok: false, why: 'not-looked', detail: saw });
  return { state: 'failed', saw, comesWith: 'issuing' };
}

export const isWay = (found: Way | Judgement): found is Way => 'address' in found;

/** Nothing came back: that may be this machine's network, and is no verdict on the other end. */
export function notReached(what: string, detail: string): CouldNotLook {
  return new CouldNotLook(what, { ok: false, why: 'timed-out', detail: `not reached from this machine: ${detail}` });
}
