import { at, listAt, numberAt, textMapAt, textsAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { prometheusOperators } from '../prerequisites/controllers.ts';

/** What a prometheus-operator was told to look after, from its arguments. */
export type OperatorScope = {
  /** Namespaces of monitors; undefined is all of them. */
  readonly namespaces: readonly string[] | undefined;
  readonly denied: readonly string[];
  /** Namespaces of Prometheus objects; undefined is the same as of monitors. */
  readonly instanceNamespaces: readonly string[] | undefined;
  readonly controllerId: string;
};

export const operatorsIn = prometheusOperators;

export function scopeOf(operator: KubernetesObject): OperatorScope {
  const args = listAt(operator, 'spec.template.spec.containers').flatMap((container) => textsAt(container, 'args'));
  const flag = (name: string): string =>
    args.flatMap((arg) => (arg.startsWith(`--${name}=`) ? [arg.slice(name.length + 3)] : [])).at(-1) ?? '';
  const names = (name: string): readonly string[] => flag(name).split(',').filter(Boolean);
  const [namespaces, instances] = [names('namespaces'), names('prometheus-instance-namespaces')];
  return {
    namespaces: namespaces.length > 0 ? namespaces : undefined,
    denied: names('deny-namespaces'),
    instanceNamespaces: instances.length > 0 ? instances : undefined,
    controllerId: flag('controller-id'),
  };
}

/** Whether an operator of this scope reads monitors in `namespace`. */
export const readsMonitorsIn = ({ namespaces, denied }: OperatorScope, namespace: string): boolean =>
  (namespaces === undefined || namespaces.includes(namespace)) && !denied.includes(namespace);

/** Whether an operator of this scope looks after this Prometheus object. */
export function looksAfter(scope: OperatorScope, prometheus: KubernetesObject): boolean {
  const namespace = prometheus.metadata.namespace ?? '';
  const where = scope.instanceNamespaces ?? scope.namespaces;
  const id = textMapAt(prometheus, 'metadata.annotations')['operator.prometheus.io/controller-id'] ?? '';
  return (
    (where === undefined || where.includes(namespace)) && !scope.denied.includes(namespace) && id === scope.controllerId
  );
}

export const isUp = (operator: KubernetesObject): boolean => (numberAt(operator, 'status.readyReplicas') ?? 0) > 0;

export const isPaused = (prometheus: KubernetesObject): boolean => at(prometheus, 'spec.paused') === true;
