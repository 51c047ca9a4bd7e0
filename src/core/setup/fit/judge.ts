/** "Will it work here?": what was rendered held against what was seen, without touching anything. One function a question. */
import { at, numberAt, textMapAt } from '../../kubernetes/field.ts';
import { kinds } from '../../kubernetes/kinds.ts';
import type { KubernetesObject } from '../../kubernetes/object.ts';
import { policyEnforcer } from '../../kubernetes/policy-enforcer.ts';
import { takesPods } from '../../kubernetes/schedulable.ts';
import { selects } from '../../kubernetes/selectors.ts';
import type { Sent } from '../../outside/cluster-writer.ts';
import { listOf, nodeMetrics, type See, workloads } from '../../prerequisites/looks.ts';
import type { EnvironmentName, Settings } from '../settings.ts';
import { judgeAlerting } from './alerting.ts';
import { type FitFinding, finding } from './finding.ts';
import { judgeIngress } from './ingress.ts';

export type FitSight = {
  readonly see: See;
  readonly environment: EnvironmentName;
  readonly settings: Settings;
  /** What would be applied. */
  readonly objects: readonly KubernetesObject[];
  /** One pod as the Deployment would make it, tried on the server; null where its namespace is not there yet. */
  readonly pod: Sent | null;
};

export function judgeFit(sight: FitSight): readonly FitFinding[] {
  return [nodes, pod, networkPolicies, judgeIngress, metrics, prometheus, judgeAlerting].flatMap((question) =>
    question(sight),
  );
}

const named = (objects: readonly KubernetesObject[], kind: string) => objects.find((one) => one.kind === kind);

/** Pods are spread where it can be had (preferred): one node is enough to run, and too few to survive its loss. */
function nodes({ see, objects, environment }: FitSight): readonly FitFinding[] {
  const answer = see(listOf(kinds.Node));
  if (!answer.ok) return [finding('nodes', 'unknown', `Whether pods can be spread is not known: ${answer.detail}`)];
  const usable = answer.value.filter(takesPods).length;
  const wanted = numberAt(named(objects, 'HorizontalPodAutoscaler'), 'spec.minReplicas') ?? 1;
  if (usable === 0)
    return [finding('nodes', 'stops', 'No node takes pods: all are cordoned or tainted.', 'kubectl get nodes')];
  if (usable >= wanted) return [];
  const many = usable === 1 ? 'Only one node takes pods' : `Only ${usable} nodes take pods`;
  return [
    finding(
      'nodes',
      'look',
      `${many}; the ${wanted} pods of ${environment} share them, and the loss of one costs more than one pod.`,
    ),
  ];
}

/** Quota, LimitRange, Pod Security and admission webhooks answer for themselves. */
function pod({ pod: answer, environment }: FitSight): readonly FitFinding[] {
  if (answer === null) return [];
  if (answer.ok) {
    return (answer.warnings ?? []).map((warning) =>
      finding('pod-warning', 'look', `The server warns of the pods: ${warning}`, deploymentPath(environment)),
    );
  }
  if (answer.why === 'forbidden')
    return [
      finding(
        'pod',
        'unknown',
        `Whether quota and Pod Security let the pods in could not be tried: ${answer.needs ?? answer.detail}`,
      ),
    ];
  if (answer.why === 'unreachable' || answer.why === 'timed-out')
    return [
      finding('pod', 'unknown', `Whether quota and Pod Security let the pods in could not be tried: ${answer.detail}`),
    ];
  const change = /exceeded quota/.test(answer.detail)
    ? 'kubectl describe resourcequota (or fewer pods: overlays, hpa-patch.yaml, spec.minReplicas)'
    : deploymentPath(environment);
  return [finding('pod', 'stops', `The server refuses the pods: ${answer.detail}`, change)];
}

const deploymentPath = (environment: EnvironmentName): string =>
  `overlays/${environment}/kustomization.yaml, or base: Deployment auth-service, spec.template.spec`;

function networkPolicies({ see }: FitSight): readonly FitFinding[] {
  if (policyEnforcer(workloads(see).found)) return [];
  return [
    finding(
      'network-policies',
      'unknown',
      'Whether this network enforces NetworkPolicies cannot be seen from here: they are applied, and may do nothing.',
    ),
  ];
}

function metrics({ see, environment, objects }: FitSight): readonly FitFinding[] {
  const answer = see(listOf(nodeMetrics));
  if (answer.ok) return [];
  const fewest = numberAt(named(objects, 'HorizontalPodAutoscaler'), 'spec.minReplicas') ?? 1;
  if (answer.why === 'not-found')
    return [
      finding(
        'metrics-api',
        'look',
        `There is no metrics API: ${environment} stays at ${fewest} pods whatever the load.`,
        'orion-setup prerequisites',
      ),
    ];
  return [finding('metrics-api', 'unknown', `Whether the autoscaler has data is not known: ${answer.detail}`)];
}

/** Our ServiceMonitor is found by its labels, in namespaces that are looked at. */
function prometheus({ see, environment, objects }: FitSight): readonly FitFinding[] {
  const answer = see(listOf(kinds.Prometheus));
  if (!answer.ok)
    return [
      finding(
        'prometheus',
        'unknown',
        `Whether a Prometheus picks the ServiceMonitor up is not known: ${answer.detail}`,
      ),
    ];
  if (answer.value.length === 0)
    return [
      finding(
        'prometheus',
        'look',
        'There is no Prometheus resource in this cluster: nothing reads the ServiceMonitor.',
        'orion-setup prerequisites',
      ),
    ];
  const labels = textMapAt(named(objects, 'ServiceMonitor'), 'metadata.labels');
  const picks = answer.value.some((one) => selects(at(one, 'spec.serviceMonitorSelector'), labels));
  const path = `overlays/${environment}, or base: ServiceMonitor auth-service-monitor, metadata.labels`;
  return picks
    ? []
    : [
        finding(
          'prometheus',
          'look',
          'No Prometheus of this cluster selects the labels of our ServiceMonitor: no metrics.',
          path,
        ),
      ];
}
