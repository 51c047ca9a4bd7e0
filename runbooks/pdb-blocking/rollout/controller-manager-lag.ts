import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { numberAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { PdbView } from '../view.ts';

/** The controller writes what it has seen within seconds; after this it is not at work. */
const graceMs = 60_000;

export const controllerManagerLag: Cause<PdbView> = {
  code: 'controller-manager-lag',
  title: "The cluster's own controllers do not act on the change",
  severity: 'error',
  owner: 'platform',
  // The same process counts the budgets.
  explains: ['pdb-status-stale'],
  look({ deployment, sight }) {
    if (!deployment) return clear();
    const { generation = 0, name } = deployment.metadata;
    const seen = numberAt(deployment, 'status.observedGeneration') ?? 0;
    if (seen >= generation) return clear('the Deployment controller has seen the present spec');
    const changed = lastWritten(deployment);
    const isYoung = changed === undefined || sight.now.getTime() - changed.getTime() < graceMs;
    return found({
      object: refTo(deployment),
      because: `${name} was changed${changed ? ` at ${changed.toISOString().slice(11, 16)} UTC` : ''}, and its controller has not looked at it since: it knows generation ${seen}, the change is ${generation}.`,
      confidence: 'confirmed',
      evidence: [saw(deployment, 'status.observedGeneration', `${generation} (metadata.generation)`)],
      ...(isYoung
        ? {
            waiting: {
              for: `the Deployment controller to look at ${name}`,
              since: changed ?? null,
              normallyUpTo: 'PT1M',
              nextTryAt: null,
            },
          }
        : {}),
      remedies: [
        byHand({
          id: 'look-at-controller-manager',
          title: 'Have the kube-controller-manager looked at: who runs the control plane can',
          commands: [
            'kubectl -n kube-system get lease kube-controller-manager -o yaml',
            'kubectl -n kube-system get pods -l component=kube-controller-manager',
          ],
        }),
      ],
    });
  },
};

/** When somebody last wrote more than a status; undefined where the API server kept no record. */
function lastWritten({ metadata }: KubernetesObject): Date | undefined {
  const times = (Array.isArray(metadata.managedFields) ? metadata.managedFields : [])
    .filter((entry) => entry?.subresource !== 'status')
    .map((entry) => Date.parse(entry?.time ?? ''))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
