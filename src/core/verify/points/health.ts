import { wantedWith } from '../../kubernetes/autoscaling.ts';
import { condition, listAt, numberAt, textAt } from '../../kubernetes/field.ts';
import { kinds } from '../../kubernetes/kinds.ts';
import { refTo } from '../../kubernetes/object.ts';
import type { Point } from '../point.ts';
import { servedList } from '../point-sight.ts';
import { podCauses } from './pods.ts';
import { absent } from './resources.ts';

export const health: Point = {
  id: 'health',
  title: 'Health checks pass',
  expects: () => 'every container with a readiness probe, and as many pods available as wanted',
  runbook: 'pdb-blocking',
  detectors: podCauses,
  judge({ deployment: find, namespace, pods, sight }) {
    const deployment = find();
    if (!deployment) return { state: 'failed', ...absent(namespace) };
    const object = refTo(deployment);
    const unchecked = listAt(deployment, 'spec.template.spec.containers').findIndex(
      (one) => (one as { readinessProbe?: unknown }).readinessProbe === undefined,
    );
    if (unchecked >= 0) {
      const field = `spec.template.spec.containers.${unchecked}`;
      const name = textAt(listAt(deployment, 'spec.template.spec.containers')[unchecked], 'name') ?? '';
      return {
        state: 'failed',
        saw: `container ${name} has no readiness probe: nothing checks it`,
        object,
        field,
        lasting: true,
      };
    }
    const wanted = numberAt(deployment, 'spec.replicas') ?? 1;
    if (wanted === 0)
      return { state: 'failed', saw: 'no pod is wanted (scaled to 0)', object, field: 'spec.replicas', lasting: true };
    const count = (name: string): number => numberAt(deployment, `status.${name}`) ?? 0;
    const [available, updated] = [count('availableReplicas'), count('updatedReplicas')];
    const isSeen = count('observedGeneration') >= (deployment.metadata.generation ?? 0);
    const saw = `${available} of ${wanted} pods available`;
    if (isSeen && available >= wanted && updated >= wanted) {
      // Who may not see what an autoscaler keeps at least is not told that there are enough.
      const least = wantedWith(deployment, servedList(sight, kinds.HorizontalPodAutoscaler, namespace));
      return available >= least
        ? { state: 'passed', saw, object, field: 'status.availableReplicas' }
        : {
            state: 'waiting',
            saw: `${available} of ${least} pods available: the autoscaler has not raised spec.replicas from ${wanted} yet`,
            object,
            field: 'spec.replicas',
          };
    }
    const [sick] = pods().filter((pod) => condition(pod, 'Ready')?.status !== 'True');
    const why = sick
      ? ` (${sick.metadata.name}: ${condition(sick, 'Ready')?.message || condition(sick, 'Ready')?.reason || 'not ready'})`
      : '';
    return {
      state: 'failed',
      saw: `${saw}${updated < wanted ? `, ${updated} of the present version` : ''}${why}`,
      object,
      field: 'status.availableReplicas',
      comesWith: 'pods',
    };
  },
};
