import type { Fetched } from '../fetched.ts';
import { at, listAt, numberAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { selectsLabels, selectsNamespace } from './selection.ts';

/** What is in the way of an alert, from the rule to whoever it is sent to. */
export type AlertingTrouble = {
  readonly id:
    | 'rules-not-selected'
    | 'rules-see-one-namespace'
    | 'alerts-go-nowhere'
    | 'alertmanager-down'
    | 'not-seen';
  readonly because: string;
};

type Sight = {
  readonly rule: KubernetesObject;
  readonly prometheuses: readonly KubernetesObject[];
  readonly alertmanagers: Fetched<readonly KubernetesObject[]>;
  /** Labels of the rule's namespace; undefined where it could not be looked at, or is not there yet. */
  readonly namespaceLabels: Readonly<Record<string, string>> | undefined;
};

/** Those that take the rule. */
export const takersOf = (
  rule: KubernetesObject,
  prometheuses: readonly KubernetesObject[],
  namespaceLabels: () => Readonly<Record<string, string>>,
): readonly KubernetesObject[] =>
  prometheuses.filter(
    (one) => selectsLabels(one, rule, 'rule') && selectsNamespace(one, rule, namespaceLabels, 'rule'),
  );

/** Whether a Prometheus takes the rule and has an Alertmanager that runs. Where its routes lead, only its configuration says. */
export function alertingTroubles({
  rule,
  prometheuses,
  alertmanagers,
  namespaceLabels = {},
}: Sight): readonly AlertingTrouble[] {
  const taking = takersOf(rule, prometheuses, () => namespaceLabels);
  return [
    ...selectionTroubles(rule, prometheuses, taking),
    ...(taking.length === 0 ? [] : wayOut(taking, alertmanagers)),
  ];
}

/** Whether a rule is taken, and sees what it asks for. */
export function selectionTroubles(
  rule: KubernetesObject,
  prometheuses: readonly KubernetesObject[],
  taking: readonly KubernetesObject[],
): readonly AlertingTrouble[] {
  if (taking.length === 0) {
    return [
      {
        id: 'rules-not-selected',
        because: `No Prometheus takes our PrometheusRule: ${prometheuses.map((one) => whyNot(one, rule)).join('; ')}.`,
      },
    ];
  }
  const enforced = taking.filter((one) => textAt(one, 'spec.enforcedNamespaceLabel'));
  return enforced.length < taking.length
    ? []
    : [
        {
          id: 'rules-see-one-namespace',
          because: `${enforced.map(nameOf).join(', ')} lets a rule see its own namespace only (enforcedNamespaceLabel): the alerts about the certificate never see cert-manager's metrics.`,
        },
      ];
}

const nameOf = ({ metadata }: KubernetesObject): string => `Prometheus ${metadata.namespace}/${metadata.name}`;

function whyNot(prometheus: KubernetesObject, rule: KubernetesObject): string {
  const path = selectsLabels(prometheus, rule, 'rule') ? 'spec.ruleNamespaceSelector' : 'spec.ruleSelector';
  return `${nameOf(prometheus)} has ${path} ${JSON.stringify(at(prometheus, path) ?? null)}`;
}

/** From Prometheus to an Alertmanager that runs. One that Prometheus is told of in a Secret cannot be seen from here. */
function wayOut(
  taking: readonly KubernetesObject[],
  alertmanagers: Sight['alertmanagers'],
): readonly AlertingTrouble[] {
  const toldOf = taking.filter((one) => listAt(one, 'spec.alerting.alertmanagers').length > 0);
  if (toldOf.length === 0) {
    const isInSecret = taking.some((one) => at(one, 'spec.additionalAlertManagerConfigs') !== undefined);
    return isInSecret
      ? [
          {
            id: 'not-seen',
            because: 'Where alerts are sent stands in a Secret (additionalAlertManagerConfigs), which is not read.',
          },
        ]
      : [
          {
            id: 'alerts-go-nowhere',
            because: `${taking.map(nameOf).join(', ')} knows no Alertmanager (spec.alerting): alerts are sent nowhere.`,
          },
        ];
  }
  if (!alertmanagers.ok)
    return [
      { id: 'not-seen', because: `Whether an Alertmanager runs could not be looked at: ${alertmanagers.detail}` },
    ];
  const places = new Set(
    toldOf.flatMap((one) =>
      listAt(one, 'spec.alerting.alertmanagers').map((target) => textAt(target, 'namespace') ?? one.metadata.namespace),
    ),
  );
  const there = alertmanagers.value.filter(({ metadata }) => places.has(metadata.namespace));
  if (there.some((one) => (numberAt(one, 'status.availableReplicas') ?? 0) > 0)) return [];
  return [
    {
      id: 'alertmanager-down',
      because:
        there.length === 0
          ? `There is no Alertmanager in ${[...places].join(', ')}, where Prometheus sends its alerts.`
          : `${there.map(({ metadata }) => `Alertmanager ${metadata.namespace}/${metadata.name}`).join(', ')} has no pod that is available.`,
    },
  ];
}
