import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { utc } from '../../../src/core/durations.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { at, condition } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { PdbView } from '../view.ts';
import { isReady } from '../workload.ts';
import { rolloutOf } from './fresh-pods.ts';
import { imagesOf } from './roll-back.ts';

export const rolloutPaused: Cause<PdbView> = {
  code: 'rollout-paused',
  title: 'The rollout is paused',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    if (at(view.deployment, 'spec.paused') !== true) return clear();
    const rollout = rolloutOf(view);
    if (!rollout) return clear('it is paused, and no change waits');
    const { deployment, fresh, freshPods, old } = rollout;
    // Who pauses a rollout because its new pods do not come up has done right: then those are the cause.
    if (fresh && !freshPods.every(isReady)) return clear();
    const progressing = condition(deployment, 'Progressing');
    const since = progressing?.reason === 'DeploymentPaused' ? progressing.lastTransitionTime : undefined;
    const { name, namespace } = deployment.metadata;
    const [serving] = old;
    return found({
      object: refTo(deployment),
      because: `${name} is paused${since ? ` since ${utc(since)}` : ''}, and a change of its pods waits${serving && imagesOf(serving) !== imagesOf(deployment) ? ` (${imagesOf(serving)} to ${imagesOf(deployment)})` : ''}: no new pod is made while it is.`,
      confidence: 'confirmed',
      evidence: [
        saw(deployment, 'spec.paused', 'false'),
        ...(progressing ? [sawCondition(deployment, progressing)] : []),
      ],
      remedies: [
        byHand({
          id: 'resume',
          title: 'Ask who paused it, then resume',
          risk: 'low',
          commands: [
            `kubectl -n ${namespace} get deployment ${name} --show-managed-fields -o yaml | grep -B 30 f:paused`,
            `kubectl -n ${namespace} rollout resume deployment/${name}`,
          ],
        }),
      ],
    });
  },
};
