import type { State } from '../../../src/core/diagnosis.ts';
import { condition, numberAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { ailmentOf, isReady } from '../workload.ts';

/** What is to be said of a rollout under way where no cause was found: its own deadline judges it. */
export function rolloutState(deployment: KubernetesObject, view: PdbView): State {
  const progressing = condition(deployment, 'Progressing');
  if (progressing?.status === 'False') {
    // The pod that is not ready knows more than the Deployment that counts it.
    const sick = view.living().find((pod) => !isReady(pod));
    const says = sick && ailmentOf(sick)?.says;
    return {
      is: 'broken',
      object: refTo(sick ?? deployment),
      quote: quote(`${progressing.reason}: ${progressing.message}${says ? ` Pod: ${says}` : ''}`),
    };
  }
  const updated = numberAt(deployment, 'status.updatedReplicas') ?? 0;
  return {
    is: 'waiting',
    waiting: {
      for: `the rollout of ${deployment.metadata.name}: ${updated} of ${view.wanted} pods are of the new version`,
      since: progressing?.lastTransitionTime ?? null,
      normallyUpTo: `PT${Math.ceil((numberAt(deployment, 'spec.progressDeadlineSeconds') ?? 600) / 60)}M`,
      nextTryAt: null,
    },
  };
}
