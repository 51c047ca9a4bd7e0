import { canonical } from '../addresses.ts';
import { listAt, textAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

/** Whether this cluster's own ingress answers at `address`: a content network in front has certificates of its own. */
export function isOwnAddress(ingresses: readonly KubernetesObject[], address: string): boolean {
  return ingresses
    .flatMap((ingress) => listAt(ingress, 'status.loadBalancer.ingress'))
    .flatMap((entry) => textAt(entry, 'ip') ?? [])
    .some((one) => canonical(one) === canonical(address));
}
