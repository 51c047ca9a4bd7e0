import { at, textAt } from './kubernetes/field.ts';
import { admitsEgress, admitsIngress, type Peer } from './kubernetes/network-policy.ts';
import type { KubernetesObject } from './kubernetes/object.ts';
import { containerPorts } from './prometheus/discovery.ts';
import type { World } from './scenario.ts';

/** Whether the NetworkPolicies of both ends let the ingress controller connect to a pod, in a network that keeps them. */
export function ingressMayReach(
  pod: KubernetesObject,
  port: number,
  objects: readonly KubernetesObject[],
  world: World,
): boolean {
  if (!world.ingress.enforcesNetworkPolicies) return true;
  const namespace = pod.metadata.namespace ?? '';
  const to = {
    ...placeOf(namespace, objects),
    podLabels: pod.metadata.labels ?? {},
    address: textAt(pod, 'status.podIP'),
  };
  const there = { number: port, name: containerPorts(pod).find(({ number }) => number === port)?.name || undefined };
  const policies = objects.filter((item) => item.kind === 'NetworkPolicy');
  return controllersOf(objects, world).some(
    (from) =>
      admitsIngress(policies, { namespace, labels: to.podLabels }, from, there).admitted === 'yes' &&
      // What is on its node's network is under no policy.
      (from.byAddressOnly === true ||
        admitsEgress(policies, { namespace: from.namespace, labels: from.podLabels }, to, there).admitted === 'yes'),
  );
}

const placeOf = (name: string, objects: readonly KubernetesObject[]) => ({
  namespace: name,
  namespaceLabels: {
    'kubernetes.io/metadata.name': name,
    ...objects.find((item) => item.kind === 'Namespace' && item.metadata.name === name)?.metadata.labels,
  },
});

/** The pods of the ingress controller, where the story has them. */
function controllersOf(objects: readonly KubernetesObject[], world: World): readonly Peer[] {
  const place = placeOf(world.ingress.namespace, objects);
  const labels = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' };
  const pods = objects.filter(
    (item) =>
      item.kind === 'Pod' &&
      item.metadata.namespace === place.namespace &&
      item.metadata.labels?.['app.kubernetes.io/name'] === 'ingress-nginx',
  );
  if (pods.length === 0) return [{ ...place, podLabels: labels }];
  return pods.map((pod) => {
    const isOnHost = at(pod, 'spec.hostNetwork') === true;
    const address = textAt(pod, isOnHost ? 'status.hostIP' : 'status.podIP');
    return { ...place, podLabels: pod.metadata.labels ?? {}, address, byAddressOnly: isOnHost };
  });
}
