import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { AlertmanagerAddress, Look } from '../look.ts';
import { addressOf, alertmanagersTold } from '../prometheus/address.ts';
import { takersOf } from '../prometheus/alerting.ts';
import { attempt, type Sight } from '../sight.ts';
import { alertsOf, externalLabels } from './alert.ts';
import { hushesOf, watchdogName } from './hush.ts';

/** More than these are not asked. */
const mostAsked = 3;

/** First who could take the rules of a namespace, then what they say of their Alertmanagers, and those of themselves. Reads only. */
export const alertRounds = (namespace: string): readonly ((sight: Sight) => readonly Look[])[] => [
  () => [
    { at: 'list', kind: kinds.PrometheusRule, namespace },
    { at: 'list', kind: kinds.Prometheus },
    { at: 'get', kind: kinds.Namespace, name: namespace },
  ],
  (sight) => {
    const taking = (attempt(() => takersIn(sight, namespace)) ?? []).slice(0, mostAsked);
    return [
      ...taking.map((one) => ({ at: 'alertmanagers', prometheus: addressOf(one) }) as const),
      ...taking
        .flatMap(alertmanagersTold)
        .slice(0, mostAsked)
        .map((alertmanager) => ({ at: 'alert-routes', alertmanager }) as const),
    ];
  },
  // Only where a rule would hush ours for as long as the Watchdog fires.
  (sight) =>
    (attempt(() => takersIn(sight, namespace)) ?? []).slice(0, mostAsked).flatMap((prometheus) => {
      const alerts = alertingRules(sight, namespace).flatMap((rule) => alertsOf(rule, prometheus));
      return alertmanagersTold(prometheus)
        .slice(0, mostAsked)
        .filter((alertmanager) => {
          const routes = sight.try({ at: 'alert-routes', alertmanager });
          const hushed = routes.ok ? hushesOf(alerts, routes.value.inhibitions, externalLabels(prometheus)) : [];
          return hushed.some(({ when }) => when === 'always');
        })
        .map(watchdogLook);
    }),
];

/** Whether an Alertmanager holds the alert that is there to fire at all times. It belongs to no run of ours. */
export const watchdogLook = (alertmanager: AlertmanagerAddress) =>
  ({ at: 'held-alerts', alertmanager, name: watchdogName, run: '' }) as const;

/** The rules that alert; ours alone where it is there. */
export function alertingRules(sight: Sight, namespace: string): readonly KubernetesObject[] {
  const all = sight.list(kinds.PrometheusRule, namespace);
  const own = all.filter(({ metadata }) => metadata.name === 'auth-service-alerts');
  return own.length > 0 ? own : all;
}

/** Those that take at least one of the rules. */
export function takersIn(sight: Sight, namespace: string): readonly KubernetesObject[] {
  const prometheuses = sight.list(kinds.Prometheus);
  const taking = alertingRules(sight, namespace).flatMap((rule) =>
    takersOf(rule, prometheuses, () => namespaceLabels(sight, namespace)),
  );
  return prometheuses.filter((one) => taking.includes(one));
}

/** The API server puts the name on every Namespace; the others are asked for only where a selector goes by them. */
export const namespaceLabels = (sight: Sight, namespace: string): Readonly<Record<string, string>> => ({
  'kubernetes.io/metadata.name': namespace,
  ...sight.get(kinds.Namespace, namespace)?.metadata.labels,
});
