import { at, numberAt, textAt, textMapAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { selects } from '../../core/kubernetes/selectors.ts';
import { isMap, same } from '../json.ts';
import { stabilized, unrequested, utilization } from './autoscaler-reckoning.ts';
import { statusOf, withCondition } from './status.ts';
import { type Controller, idle, joined, type Turn, type View, type Write } from './turn.ts';

const by = 'horizontal-pod-autoscaler';

/** Keeps Deployments between minimum and maximum; the load never changes (kubernetes, pkg/controller/podautoscaler). */
export const autoscaler: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.HorizontalPodAutoscaler).map((scaler) => scaleOne(view, scaler))),
};

const metricsServer = 'metrics-server';

const isFor = (scaler: KubernetesObject, target: KubernetesObject | undefined): boolean =>
  target !== undefined &&
  scaler.metadata.namespace === target.metadata.namespace &&
  textAt(scaler, 'spec.scaleTargetRef.name') === target.metadata.name;

function scaleOne(view: View, scaler: KubernetesObject): Turn {
  const { namespace } = scaler.metadata;
  const target = view.get(kinds.Deployment, namespace, textAt(scaler, 'spec.scaleTargetRef.name') ?? '');
  const rivals = view.of(kinds.HorizontalPodAutoscaler, namespace).filter((other) => isFor(other, target));
  const stirred =
    view.isStirred(scaler) ||
    (target && view.isStirred(target)) ||
    view.stirred(kinds.HorizontalPodAutoscaler, (other) => isFor(other, target)) ||
    view.stirred(kinds.Deployment, ({ metadata }) => metadata.name === metricsServer);
  if (!stirred) return idle;
  const [least, most] = [numberAt(scaler, 'spec.minReplicas') ?? 1, numberAt(scaler, 'spec.maxReplicas') ?? 1];
  const replicas = target && numberAt(target, 'spec.replicas');
  if (!target || replicas === undefined)
    return write(
      view,
      scaler,
      [
        [
          'AbleToScale',
          'False',
          'FailedGetScale',
          `the HPA controller was unable to get the target's current scale: deployments/scale.apps "${textAt(scaler, 'spec.scaleTargetRef.name')}" not found`,
        ],
      ],
      {},
    );
  if (replicas === 0)
    return write(
      view,
      scaler,
      [
        able,
        [
          'ScalingActive',
          'False',
          'ScalingDisabled',
          'scaling is disabled since the replica count of the target is zero',
        ],
      ],
      { currentReplicas: 0, desiredReplicas: 0 },
    );
  const wanted = Math.min(most, Math.max(least, replicas));
  const { until, remembers } = stabilized(view, scaler, replicas);
  if (remembers.length > 0) return { writes: remembers };
  const resized = wanted === replicas ? [] : resize(scaler, target, replicas, wanted);
  if (resized.length > 0) return { writes: resized };
  const current = numberAt(target, 'status.replicas') ?? 0;
  if (rivals.length > 1) {
    const names = rivals.map(({ metadata }) => `${namespace}/${metadata.name}`).join(' ');
    const labels = Object.entries(textMapAt(target, 'spec.selector.matchLabels')).map((pair) => pair.join('='));
    const words = `pods by selector ${labels.join(',')} are controlled by multiple HPAs: [${names}]`;
    return write(view, scaler, [able, ['ScalingActive', 'False', 'AmbiguousSelector', words]], {
      currentReplicas: current,
      desiredReplicas: numberAt(scaler, 'status.desiredReplicas') ?? 0,
    });
  }
  const unmeasured = measures(view) ? unrequested(scaler, podsOf(view, target)) : noMetricsApi;
  if (unmeasured !== undefined) {
    const words = `the HPA was unable to compute the replica count: ${unmeasured}`;
    return write(view, scaler, [able, ['ScalingActive', 'False', 'FailedGetResourceMetric', words]], {
      currentReplicas: current,
      desiredReplicas: numberAt(scaler, 'status.desiredReplicas') ?? 0,
      currentMetrics: [{ type: '' }],
    });
  }
  const limited: Said =
    wanted === least && until === undefined
      ? ['ScalingLimited', 'True', 'TooFewReplicas', 'the desired replica count is less than the minimum replica count']
      : ['ScalingLimited', 'False', 'DesiredWithinRange', 'the desired count is within the acceptable range'];
  const active: Said = [
    'ScalingActive',
    'True',
    'ValidMetricFound',
    'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
  ];
  const metric = {
    type: 'Resource',
    resource: { name: 'cpu', current: { averageUtilization: utilization, averageValue: `${utilization}m` } },
  };
  const status = { currentReplicas: current, desiredReplicas: wanted, currentMetrics: [metric] };
  return { ...write(view, scaler, [until ? held : ready, active, limited], status), due: until };
}

const noMetricsApi =
  'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';

const podsOf = (view: View, target: KubernetesObject): readonly KubernetesObject[] =>
  view
    .of(kinds.Pod, target.metadata.namespace)
    .filter(
      (pod) =>
        selects(at(target, 'spec.selector'), pod.metadata.labels ?? {}) && textAt(pod, 'status.phase') === 'Running',
    );

type Said = readonly [type: string, status: 'True' | 'False', reason: string, message: string];
const able: Said = [
  'AbleToScale',
  'True',
  'SucceededGetScale',
  "the HPA controller was able to get the target's current scale",
];

const ready: Said = ['AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size'];
const held: Said = [
  'AbleToScale',
  'True',
  'ScaleDownStabilized',
  'recent recommendations were higher than current one, applying the highest recent recommendation',
];

/** Whether the metrics API answers: its server is a Deployment like any other. */
export function measures(view: Pick<View, 'of'>): boolean {
  return view
    .of(kinds.Deployment)
    .some((item) => item.metadata.name === metricsServer && (numberAt(item, 'status.availableReplicas') ?? 0) > 0);
}

function resize(scaler: KubernetesObject, target: KubernetesObject, from: number, to: number): readonly Write[] {
  const spec = isMap(target['spec']) ? target['spec'] : {};
  const why =
    to > from
      ? 'Current number of replicas below Spec.MinReplicas'
      : 'Current number of replicas above Spec.MaxReplicas';
  return [
    { do: 'update', object: { ...target, spec: { ...spec, replicas: to } }, by: 'kube-controller-manager' },
    {
      do: 'event',
      about: scaler,
      type: 'Normal',
      reason: 'SuccessfulRescale',
      message: `New size: ${to}; reason: ${why}`,
      by,
    },
  ];
}

function write(view: View, scaler: KubernetesObject, said: readonly Said[], more: object): Turn {
  const before = { ...statusOf(scaler), ...more };
  const status = said.reduce<Record<string, unknown>>(
    (held, [type, state, reason, message]) => withCondition(held, { type, status: state, reason, message }, view.now),
    before,
  );
  return same(status, at(scaler, 'status')) ? idle : { writes: [{ do: 'status', object: scaler, status, by }] };
}
