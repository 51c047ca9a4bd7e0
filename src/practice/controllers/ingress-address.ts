import { at, listAt, textAt, timeAt } from '../../core/kubernetes/field.ts';
import { classesOf, isServed } from '../../core/kubernetes/ingress-routing.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { same } from '../json.ts';
import { statusOf } from './status.ts';
import { type Controller, idle, joined, later, type Turn, type View } from './turn.ts';

const by = 'nginx-ingress-controller';
/** ingress-nginx writes addresses every minute. */
const seconds = 60;

/** The ingress controller's address in the status of the Ingresses it serves. */
export const ingressAddress: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.Ingress).map((ingress) => addressOne(view, ingress))),
};

function addressOne(view: View, ingress: KubernetesObject): Turn {
  const served = classesOf(view.of(kinds.IngressClass), view.world.ingress.controller);
  if (!view.isStirred(ingress) || !isServed(ingress, served)) return idle;
  const due = later(timeAt(ingress, 'metadata.creationTimestamp') ?? view.now, seconds);
  const balancer = view
    .of(kinds.Service, view.world.ingress.namespace)
    .find((service) => textAt(service, 'spec.type') === 'LoadBalancer');
  const addresses = listAt(balancer, 'status.loadBalancer.ingress');
  if (same(at(ingress, 'status.loadBalancer.ingress') ?? [], addresses)) return idle;
  if (due > view.now) return { writes: [], due };
  return {
    writes: [
      { do: 'status', object: ingress, status: { ...statusOf(ingress), loadBalancer: { ingress: addresses } }, by },
    ],
  };
}
