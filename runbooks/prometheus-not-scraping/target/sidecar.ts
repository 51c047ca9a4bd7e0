import { listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { MetricsPageAnswer } from '../../../src/core/look-answers.ts';

/** Containers by which a mesh takes over the connections of a pod. */
const sidecars = ['istio-proxy', 'linkerd-proxy', 'kuma-sidecar', 'consul-dataplane', 'envoy-sidecar', 'osm-envoy'];

/** The sidecar's container, which newer meshes put among the init containers. */
export function sidecarOf(pod: KubernetesObject | undefined): string | undefined {
  return [...listAt(pod, 'spec.containers'), ...listAt(pod, 'spec.initContainers')]
    .map((container) => textAt(container, 'name') ?? '')
    .find((name) => sidecars.includes(name));
}

/**
 * Envoy's answer in the application's place where a policy of the mesh lets the caller have no request. It answers 503 too, but only where
 * something does not work behind it (`reset reason: connection termination` also where the application speaks TLS): no matter of the mesh.
 */
export const isDeniedByPolicy = (page: MetricsPageAnswer | undefined): boolean =>
  page?.outcome === 'answered' && page.status === 403 && /^RBAC: access denied/.test(page.body);
