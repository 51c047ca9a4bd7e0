import type { KubernetesObject } from './object.ts';

const enforcers = /^(calico-node|cilium|kube-router|antrea-agent|weave-net|azure-npm|ovnkube-node|canal)$/;

/** Of these DaemonSets the one that enforces NetworkPolicies. A network without one accepts policies all the same; nothing in the API tells. */
export const policyEnforcer = (daemonSets: readonly KubernetesObject[]): KubernetesObject | undefined =>
  daemonSets.find(({ kind, metadata }) => (kind ?? 'DaemonSet') === 'DaemonSet' && enforcers.test(metadata.name));
