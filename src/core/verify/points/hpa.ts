import { leastOf, mostOf } from '../../kubernetes/autoscaling.ts';
import { condition, numberAt, textAt } from '../../kubernetes/field.ts';
import { kinds, ref } from '../../kubernetes/kinds.ts';
import { refTo } from '../../kubernetes/object.ts';
import { ownNames } from '../names.ts';
import type { Point } from '../point.ts';

export const hpa: Point = {
  id: 'hpa',
  title: 'The autoscaler can scale',
  expects: () => 'a HorizontalPodAutoscaler of the Deployment that is able to scale and computes from metrics',
  runbook: 'pdb-blocking',
  detectors: ['hpa-cannot-scale', 'hpa-replicas-fight'],
  judge({ sight, namespace }) {
    const scaler = sight
      .list(kinds.HorizontalPodAutoscaler, namespace)
      .find(
        (one) =>
          textAt(one, 'spec.scaleTargetRef.kind') === 'Deployment' &&
          textAt(one, 'spec.scaleTargetRef.name') === ownNames.deployment,
      );
    if (!scaler)
      return {
        state: 'failed',
        saw: `no HorizontalPodAutoscaler scales Deployment ${ownNames.deployment}`,
        object: ref(kinds.HorizontalPodAutoscaler, `${ownNames.deployment}-hpa`, namespace),
      };
    const object = refTo(scaler);
    const [least, most, now] = [leastOf(scaler), mostOf(scaler), numberAt(scaler, 'status.currentReplicas') ?? 0];
    // What is False for good is hpa-cannot-scale; what is only not computed yet waits.
    const open = ['AbleToScale', 'ScalingActive']
      .map((type) => ({ type, is: condition(scaler, type) }))
      .find(({ is }) => is?.status !== 'True');
    if (open)
      return {
        state: 'waiting',
        saw: open.is ? `${open.type} ${open.is.status}: ${open.is.message}` : 'it has not computed yet',
        object,
        field: `status.conditions[${open.type}]`,
      };
    return {
      state: 'passed',
      saw: `${now} pods, between ${least} and ${most}`,
      object,
      field: 'status.conditions[ScalingActive]',
      remarks: now >= most ? [`${scaler.metadata.name} is at its maximum of ${most}: it cannot go higher`] : [],
    };
  },
};
