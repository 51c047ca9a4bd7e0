import { listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** Containers by which a mesh takes over the connections of a pod. */
const sidecars = ['istio-proxy', 'linkerd-proxy', 'kuma-sidecar', 'consul-dataplane', 'envoy-sidecar', 'osm-envoy'];

/** The sidecar's container, which newer meshes put among the init containers. */
export function sidecarOf(pod: KubernetesObject | undefined): string | undefined {
  return [...listAt(pod, 'spec.containers'), ...listAt(pod, 'spec.initContainers')]
    .map((container) => textAt(container, 'name') ?? '')
    .find((name) => sidecars.includes(name));
}

/**
 * What Envoy answers in the application's place where it is the caller that it does not like. All else that it cannot do is a 503 of its own
 * too: that the application does not listen behind it (`connection failure`, `no healthy upstream`) is no matter of the mesh.
 */
export const refusesCaller = (body: string): boolean =>
  /upstream connect error.* reset reason: (?:connection termination|protocol error)|RBAC: access denied/.test(body);
