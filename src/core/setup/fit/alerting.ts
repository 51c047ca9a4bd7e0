import { kinds } from '../../kubernetes/kinds.ts';
import type { KubernetesObject } from '../../kubernetes/object.ts';
import { listOf, type See } from '../../prerequisites/looks.ts';
import { type AlertingTrouble, alertingTroubles } from '../../prometheus/alerting.ts';
import type { EnvironmentName } from '../settings.ts';
import { type FitFinding, finding } from './finding.ts';

type AlertingSight = {
  readonly see: See;
  readonly environment: EnvironmentName;
  readonly objects: readonly KubernetesObject[];
};

/** Whether an alert of ours reaches anybody. Where its routes lead is seen later, by verify. */
export function judgeAlerting({ see, environment, objects }: AlertingSight): readonly FitFinding[] {
  const rule = objects.find(({ kind }) => kind === 'PrometheusRule');
  const prometheuses = see(listOf(kinds.Prometheus));
  // That there is no Prometheus, or that it could not be looked at, is said once, about the metrics.
  if (rule === undefined || !prometheuses.ok || prometheuses.value.length === 0) return [];
  const namespaces = see(listOf(kinds.Namespace));
  const labels = namespaces.ok
    ? namespaces.value.find(({ metadata }) => metadata.name === rule.metadata.namespace)?.metadata.labels
    : undefined;
  const troubles = alertingTroubles({
    rule,
    prometheuses: prometheuses.value,
    alertmanagers: see(listOf(kinds.Alertmanager)),
    namespaceLabels: {
      'kubernetes.io/metadata.name': rule.metadata.namespace ?? '',
      ...(labels ?? objects.find(({ kind }) => kind === 'Namespace')?.metadata.labels),
    },
  });
  if (troubles.length > 0) return troubles.map((one) => said(one, environment));
  return [
    finding(
      'alert-routes',
      'unknown',
      'Where Alertmanager’s routes lead is looked at once the rules are there: its own default route, "null", tells nobody.',
      `orion-setup verify ${environment} --only monitoring, then orion-setup test metrics ${environment} --alert`,
    ),
  ];
}

function said({ id, because }: AlertingTrouble, environment: EnvironmentName): FitFinding {
  const change: Readonly<Record<AlertingTrouble['id'], string | null>> = {
    'rules-not-selected': `overlays/${environment}, or base: PrometheusRule auth-service-alerts, metadata.labels`,
    'rules-see-one-namespace': 'Prometheus: spec.excludedFromEnforcement, resource prometheusrules',
    'alerts-go-nowhere': 'Prometheus: spec.alerting.alertmanagers',
    'alertmanager-down': 'kubectl get alertmanagers -A',
    'not-seen': null,
  };
  return finding(id, id === 'not-seen' ? 'unknown' : 'look', because, change[id]);
}
