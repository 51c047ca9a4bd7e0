import type { State } from '../../../src/core/diagnosis.ts';
import { condition, numberAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { podTrouble } from '../../../src/core/kubernetes/pod-trouble.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { ailmentOf, isReady } from '../workload.ts';
import { failedMounts } from './failed-mounts.ts';
import { failsOnMounts } from './only-references.ts';
import { mayStillStart } from './starting-time.ts';

/** What is to be said of a rollout under way where no cause was found: its own deadline judges it. */
export function rolloutState(deployment: KubernetesObject, view: PdbView): State {
  const progressing = condition(deployment, 'Progressing');
  const isOver = progressing?.status === 'False';
  // The pod that is not ready knows more than the Deployment that counts it. No deadline is needed where its container is refused, or where
  // volumes that need nothing from outside are not mounted after all that time.
  const sick = view.living().find((pod) => !isReady(pod));
  const isRefused = sick !== undefined && ['config', 'other'].includes(podTrouble(sick, view.sight.now)?.is ?? '');
  const [unmounted] =
    sick && !mayStillStart(sick, view.sight.now) && failsOnMounts(sick) ? failedMounts(view, sick) : [];
  if (isOver || isRefused || unmounted) {
    const says = textAt(unmounted, 'message') ?? (sick && ailmentOf(sick)?.says);
    return {
      is: 'broken',
      object: refTo(sick ?? deployment),
      quote: quote(
        [isOver ? `${progressing.reason}: ${progressing.message}` : '', says ?? ''].filter(Boolean).join(' Pod: '),
      ),
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
