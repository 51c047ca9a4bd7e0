import type { Fetched } from '../fetched.ts';
import { at, textMapAt } from '../kubernetes/field.ts';
import { groupOf, type Kind, kinds } from '../kubernetes/kinds.ts';
import { selects } from '../kubernetes/selectors.ts';
import type { Right } from '../rights/right.ts';
import type { MonitoringFacts } from '../setup/effect.ts';
import { type EnvironmentName, type MonitoringPart, monitoringParts, namespaces } from '../setup/settings.ts';
import { certManagers } from './controllers.ts';
import { listOf, type See, workloads } from './looks.ts';

/** Whoever looks after a service may not be allowed to watch cert-manager: then that part is left out, and nothing is held up. */
type Reviewed = readonly { readonly right: Right; readonly may: Fetched<boolean> }[];

const ownName = 'cert-manager-metrics';

const certManagerIn = (see: See) => certManagers(workloads(see).found)[0];
const placeOf = (see: See): string => certManagerIn(see)?.metadata.namespace ?? 'cert-manager';

/** What the parts need beyond set-up's own rights. */
export function monitoringRights(see: See, environments: readonly EnvironmentName[]): readonly Right[] {
  const both = (kind: Kind, namespace: string): readonly Right[] =>
    ['create', 'patch'].map((verb) => ({ verb, group: groupOf(kind), resource: kind.plural, namespace }));
  return [
    ...environments.flatMap((name) => both(kinds.PrometheusRule, namespaces[name])),
    ...both(kinds.PodMonitor, placeOf(see)),
  ];
}

/** What can sensibly be deployed along here, and why something is left out. */
export function monitoringFacts(see: See, reviewed: Reviewed): MonitoringFacts {
  const prometheus = see(listOf(kinds.Prometheus));
  const first = prometheus.ok ? prometheus.value[0] : undefined;
  const refused = (kind: Kind): boolean =>
    reviewed.some(({ right, may }) => right.resource === kind.plural && may.ok && !may.value);
  const because = [
    ...(refused(kinds.PrometheusRule) ? [without('alerts', 'you may not write PrometheusRules here.')] : []),
    ...(certManagerIn(see) === undefined
      ? [without('cert-manager', 'where it runs could not be seen.')]
      : isScraped(see)
        ? [without('cert-manager', 'another monitor scrapes it already.')]
        : refused(kinds.PodMonitor)
          ? [without('cert-manager', `you may not write PodMonitors in ${placeOf(see)}: ask who runs the cluster.`)]
          : []),
  ];
  return {
    ruleLabels: textMapAt(first, 'spec.ruleSelector.matchLabels'),
    podMonitorLabels: textMapAt(first, 'spec.podMonitorSelector.matchLabels'),
    certManagerNamespace: placeOf(see),
    parts: monitoringParts.filter((part) => !because.some((one) => one.part === part)),
    leftOut: because,
  };
}

const without = (part: MonitoringPart, text: string) => ({ part, because: text });

/** A monitor of the chart, or of the platform team, that selects cert-manager's pods or is at least in its namespace for its Service. */
function isScraped(see: See): boolean {
  const workload = certManagerIn(see);
  if (workload === undefined) return false;
  const labels = textMapAt(workload, 'spec.template.metadata.labels');
  return [kinds.PodMonitor, kinds.ServiceMonitor].some((kind) => {
    const there = see(listOf(kind, placeOf(see)));
    return (
      there.ok && there.value.some((one) => one.metadata.name !== ownName && selects(at(one, 'spec.selector'), labels))
    );
  });
}
