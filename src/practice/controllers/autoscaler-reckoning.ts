import { listAt, numberAt, textAt, timeAt } from '../../core/kubernetes/field.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { later, type View, type Write } from './turn.ts';

/** The load of a practice service, in per cent of what it requests: low enough to stay at the minimum. */
export const utilization = 12;

/** For so long an autoscaler keeps to the highest number that it has thought of. */
const stabilizationSeconds = 300;

/** How many replicas an autoscaler found when it looked for the first time. */
type FirstSeen = { readonly at: string; readonly replicas: number };

export type Stabilized = {
  /** Undefined where nothing higher is remembered. */
  readonly until: Date | undefined;
  readonly remembers: readonly Write[];
};

/**
 * What an autoscaler found first counts among its recommendations: five minutes long it takes none away (stabilizeRecommendation). One
 * that was there before the loading has long been through with that.
 */
export function stabilized(view: View, scaler: KubernetesObject, replicas: number): Stabilized {
  const born = timeAt(scaler, 'metadata.creationTimestamp');
  if (born === undefined || born < view.loadedAt) return { until: undefined, remembers: [] };
  const about = scaler.metadata.uid ?? '';
  const held = view.recall(about) as FirstSeen | undefined;
  const first = held ?? { at: view.now.toISOString(), replicas };
  const target = numberAt(scaler, 'spec.metrics.0.resource.target.averageUtilization') ?? 80;
  const until = later(new Date(first.at), stabilizationSeconds);
  const isHigher = first.replicas > Math.ceil((replicas * utilization) / target);
  return {
    until: isHigher && until > view.now ? until : undefined,
    remembers: held ? [] : [{ do: 'remember', about, value: first }],
  };
}

/** The pod and container of which no share can be told, since it requests nothing of what is measured. */
export function unrequested(scaler: KubernetesObject, pods: readonly KubernetesObject[]): string | undefined {
  const metrics = listAt(scaler, 'spec.metrics');
  const isShare =
    metrics.length === 0 || metrics.some((metric) => textAt(metric, 'resource.target.type') === 'Utilization');
  if (!isShare) return undefined;
  const resource = textAt(metrics[0] ?? {}, 'resource.name') ?? 'cpu';
  for (const pod of pods) {
    const container = listAt(pod, 'spec.containers').find(
      (item) => !['requests', 'limits'].some((field) => textAt(item, `resources.${field}.${resource}`) !== undefined),
    );
    if (container)
      return `failed to get ${resource} utilization: missing request for ${resource} in container ${textAt(container, 'name')} of Pod ${pod.metadata.name}`;
  }
  return undefined;
}
