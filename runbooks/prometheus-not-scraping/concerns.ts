import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { PromView } from './view.ts';

/** What somebody may have touched lately: the ServiceMonitor, the Prometheus objects, and the Services and policies of the namespace. */
export function concernsOf({ sight, namespace, monitor }: PromView): readonly KubernetesObject[] {
  const listed = [
    sight.tryList(kinds.Prometheus),
    sight.tryList(kinds.Service, namespace),
    sight.tryList(kinds.NetworkPolicy, namespace),
  ];
  return [...(monitor ? [monitor] : []), ...listed.flatMap((answer) => (answer.ok ? answer.value : []))];
}
