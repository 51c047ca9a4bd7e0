import { at, listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { Peer } from '../../../src/core/kubernetes/network-policy.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type CertView, ingressNamespace } from '../view.ts';
import { ingressPods } from './ingress-pods.ts';

/** As ingress-nginx's own chart and manifests label the controller. */
export const controllerLabels = {
  'app.kubernetes.io/name': 'ingress-nginx',
  'app.kubernetes.io/component': 'controller',
};

/** The ingress controller as NetworkPolicies see it: each of its pods, by each of its addresses. */
export type IngressPeers = { readonly isSeen: boolean; readonly peers: readonly Peer[] };

export function ingressPeers(view: CertView): IngressPeers {
  const namespace = view.sight.tryGet(kinds.Namespace, ingressNamespace);
  const listed = view.sight.tryList(kinds.Pod, ingressNamespace, ingressPods.labels);
  const pods = listed.ok ? listed.value.filter(isOfIngress) : [];
  const place = {
    namespace: ingressNamespace,
    // The API server sets this label on every namespace, so it is known even where the object may not be read.
    namespaceLabels: {
      'kubernetes.io/metadata.name': ingressNamespace,
      ...(namespace.ok ? namespace.value.metadata.labels : {}),
    },
  };
  if (pods.length === 0) return { isSeen: false, peers: [{ ...place, podLabels: controllerLabels }] };
  return {
    isSeen: true,
    peers: pods.flatMap((pod): readonly Peer[] => {
      const podLabels = pod.metadata.labels ?? {};
      // From one node to another a network may write an address of its own (a tunnel's) over the node's, so which it is is not known.
      if (at(pod, 'spec.hostNetwork') === true) return [{ ...place, podLabels, byAddressOnly: true }];
      const addresses = addressesOf(pod);
      return addresses.length === 0
        ? [{ ...place, podLabels }]
        : addresses.map((address) => ({ ...place, podLabels, address }));
    }),
  };
}

/** Pods that ended stay in the list, and call nobody. */
const isOfIngress = (pod: KubernetesObject): boolean =>
  pod.metadata.labels?.['app.kubernetes.io/name'] === controllerLabels['app.kubernetes.io/name'] &&
  !['Failed', 'Succeeded'].includes(textAt(pod, 'status.phase') ?? '');

const addressesOf = (pod: KubernetesObject): readonly string[] => {
  const all = listAt(pod, 'status.podIPs').flatMap((entry) => textAt(entry, 'ip') ?? []);
  return all.length > 0 ? all : [textAt(pod, 'status.podIP') ?? []].flat();
};
