import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { type Condition, condition, numberAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { isReady } from '../workload.ts';

/** Metrics of a pod come about a minute after its start. */
const graceMs = 120_000;

export const hpaCannotScale: Cause<PdbView> = {
  code: 'hpa-cannot-scale',
  title: 'The autoscaler cannot work out how many pods are needed',
  severity: 'warning',
  owner: 'platform',
  explains: [],
  look(view) {
    const [lost] = astray(view);
    if (lost) return aimedWrong(view, lost);
    for (const scaler of view.scalers()) {
      const failed = ['AbleToScale', 'ScalingActive']
        .map((type) => condition(scaler, type))
        .find((one) => one?.status === 'False');
      if (failed && !passes(view, failed)) return cannot(view, scaler, failed);
    }
    const computes = view.scalers().some((scaler) => condition(scaler, 'ScalingActive')?.status === 'True');
    return clear(computes ? 'the autoscaler computes' : undefined);
  },
};

/** An autoscaler named like the Deployment's, whose target does not exist. */
const astray = (view: PdbView): readonly KubernetesObject[] => {
  const { deployment } = view;
  if (!deployment) return [];
  const deployments = view.sight.list(kinds.Deployment, view.namespace);
  return view.sight
    .list(kinds.HorizontalPodAutoscaler, view.namespace)
    .filter(
      (scaler) =>
        scaler.metadata.name.startsWith(deployment.metadata.name) &&
        textAt(scaler, 'spec.scaleTargetRef.kind') === 'Deployment' &&
        condition(scaler, 'AbleToScale')?.reason === 'FailedGetScale' &&
        !deployments.some(({ metadata }) => metadata.name === textAt(scaler, 'spec.scaleTargetRef.name')),
    );
};

/** No metrics of pods that are not ready, or have just begun, is no fault of the autoscaler's. */
function passes(view: PdbView, { reason, message, lastTransitionTime }: Condition): boolean {
  if (!/^FailedGet.*Metric/.test(reason)) return false;
  if (/missing request for|could not find the requested resource/.test(message)) return false;
  const since = lastTransitionTime?.getTime() ?? 0;
  return !view.living().every(isReady) || view.living().length === 0 || view.sight.now.getTime() - since < graceMs;
}

function cannot(view: PdbView, scaler: KubernetesObject, failed: Condition): Verdict {
  const { name } = scaler.metadata;
  return found({
    object: refTo(scaler),
    because: `HorizontalPodAutoscaler ${name} ${wordsFor(failed, scaler)}.`,
    confidence: 'confirmed',
    evidence: [
      sawCondition(scaler, { ...failed, message: quote(failed.message) }),
      saw(scaler, 'status.currentReplicas'),
      saw(scaler, 'spec.minReplicas'),
    ],
    remedies: [remedyFor(view, scaler, failed)],
  });
}

function aimedWrong(view: PdbView, scaler: KubernetesObject): Verdict {
  const named = textAt(scaler, 'spec.scaleTargetRef.name') ?? '';
  const able = condition(scaler, 'AbleToScale') as Condition;
  const { name } = scaler.metadata;
  return found({
    object: refTo(scaler),
    because: `HorizontalPodAutoscaler ${name} scales Deployment ${named}, and there is none: ${view.deployment?.metadata.name} has no autoscaler.`,
    confidence: 'confirmed',
    evidence: [
      saw(scaler, 'spec.scaleTargetRef.name', view.deployment?.metadata.name ?? ''),
      sawCondition(scaler, { ...able, message: quote(able.message) }),
    ],
    remedies: [
      byHand({
        id: 'name-the-deployment',
        title: `Name Deployment ${view.deployment?.metadata.name} in the autoscaler`,
        risk: 'medium',
        commands: [
          `kubectl -n ${view.namespace} patch hpa ${name} --type merge -p '${JSON.stringify({ spec: { scaleTargetRef: { name: view.deployment?.metadata.name } } })}'`,
        ],
      }),
    ],
  });
}

function wordsFor({ reason, message }: Condition, scaler: KubernetesObject): string {
  if (reason === 'ScalingDisabled')
    return 'does nothing: its Deployment is scaled to 0, and from 0 no autoscaler ever scales up';
  if (reason === 'AmbiguousSelector')
    return 'is not alone: several autoscalers scale the same pods, so none of them does';
  if (/missing request for (\S+)/.test(message))
    return `measures ${/missing request for (\S+)/.exec(message)?.[1]} as a share of what is requested, and a container requests none`;
  if (/could not find the requested resource/.test(message))
    return `gets no metrics: the metrics API is not there. It keeps its minimum of ${numberAt(scaler, 'spec.minReplicas') ?? 1} and never goes above`;
  return `cannot scale (${reason}): ${quote(message)}`;
}

function remedyFor(
  { namespace, deployment }: PdbView,
  scaler: KubernetesObject,
  { reason, message }: Condition,
): Remedy {
  const { name } = scaler.metadata;
  const least = numberAt(scaler, 'spec.minReplicas') ?? 1;
  const own = deployment?.metadata.name ?? '';
  if (reason === 'ScalingDisabled')
    return byHand({
      id: 'scale-by-hand',
      title: `Scale to the autoscaler's minimum of ${least} by hand; it then goes on by itself`,
      risk: 'medium',
      commands: [`kubectl -n ${namespace} scale deployment ${own} --replicas ${least}`],
    });
  if (reason === 'AmbiguousSelector')
    return byHand({
      id: 'keep-one-autoscaler',
      title: 'Keep one autoscaler, and take the other away',
      risk: 'medium',
      commands: [`kubectl -n ${namespace} get hpa`, `kubectl -n ${namespace} delete hpa NAME`],
    });
  if (/missing request for/.test(message))
    return byHand({
      id: 'set-requests',
      title: 'Give every container a request of what is measured, in the overlay',
      risk: 'medium',
      commands: [
        `kubectl -n ${namespace} get deployment ${own} -o jsonpath='{.spec.template.spec.containers[*].resources}'`,
      ],
    });
  return byHand({
    id: 'bring-metrics-back',
    title: 'Have the metrics API brought back (metrics-server)',
    risk: 'medium',
    commands: ['kubectl get apiservice v1beta1.metrics.k8s.io', `kubectl -n ${namespace} describe hpa ${name}`],
  });
}
