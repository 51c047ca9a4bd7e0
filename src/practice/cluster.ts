import { kinds } from '../core/kubernetes/kinds.ts';
import type { RandomNames } from './random-names.ts';
import type { Store } from './store.ts';

/** What every write of the practice cluster needs: where the objects are, what time it is, and names for new ones. */
export type Cluster = {
  readonly store: Store;
  readonly now: () => Date;
  readonly names: RandomNames;
};

/** Who writes, and whether for real. */
export type By = { readonly manager: string; readonly dryRun: boolean };

/** RFC 3339 in whole seconds, as metav1.Time is written. */
export const timeText = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;

const statusless = new Set([
  'ConfigMap',
  'Secret',
  'Event',
  'ServiceAccount',
  'EndpointSlice',
  'IngressClass',
  'Lease',
  'LimitRange',
  'NetworkPolicy',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
]);
export const hasStatus = (kind: string): boolean => !statusless.has(kind);

/** Kinds whose objects carry no generation, as recorded from a real API server. */
const ungenerated = new Set([
  'Namespace',
  'Node',
  'Service',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'Event',
  'ResourceQuota',
  'LimitRange',
  'HorizontalPodAutoscaler',
  'Lease',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
]);
export const hasGeneration = (kind: string): boolean => !ungenerated.has(kind);

/** Names of built-in lists' items leave out kind and apiVersion; those of custom resources do not. */
export const isCustom = (apiVersion: string): boolean => /(cert-manager|coreos)/.test(apiVersion);

/** An address of the service network that no Service has yet. */
export function freeClusterIp(store: Store): string {
  const taken = new Set(
    store.of(kinds.Service).map((service) => (service['spec'] as { clusterIP?: string } | undefined)?.clusterIP),
  );
  for (let number = 20; ; number += 1) {
    const address = `10.96.${Math.floor(number / 250)}.${number % 250}`;
    if (!taken.has(address)) return address;
  }
}
