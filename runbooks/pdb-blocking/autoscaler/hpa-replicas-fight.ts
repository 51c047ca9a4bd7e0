import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { at, numberAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { quote } from '../quote.ts';
import { countOf, eventsOf, momentOf } from '../rollout/events-of.ts';
import type { PdbView } from '../view.ts';

/** An autoscaler that is new raises a Deployment that starts at 1: once, and that is no fight. */
const settlingMs = 120_000;

export const hpaReplicasFight: Cause<PdbView> = {
  code: 'hpa-replicas-fight',
  title: 'The manifests and the autoscaler both set the number of pods',
  severity: 'error',
  owner: 'operator',
  // While the number is the manifests', a budget has nothing to spare; minutes later it has.
  explains: ['pdb-no-headroom'],
  look(view) {
    const { deployment } = view;
    const [scaler] = deployment ? view.scalers() : [];
    if (!deployment || !scaler) return clear();
    const applied = appliedTo(deployment);
    const manager = applied?.manager;
    const least = numberAt(scaler, 'spec.minReplicas') ?? 1;
    // Below a minimum that was set after the manifests spoke, it only waits for the autoscaler (pdb-no-headroom tells that).
    const isReset = view.wanted < least && applied !== undefined && spokeAt(applied) > changedAt(scaler);
    const resets = resetsIn(view, scaler, least);
    // Once may have been a person with `kubectl scale`: a manifest does it each time.
    const times = resets.reduce((sum, { event }) => sum + countOf(event), 0);
    if (!isReset && times < 2) {
      // Only events tell of a fight that the autoscaler has won for now.
      view.sight.list(kinds.Event, view.namespace);
      return clear();
    }
    const last = resets[0];
    return found({
      object: refTo(deployment),
      because: `${isReset ? `${manager} has set ${deployment.metadata.name} to ${view.wanted}` : `${deployment.metadata.name} was set to ${last?.to} at ${new Date(last?.at ?? 0).toISOString().slice(11, 16)} UTC`}, below the autoscaler's minimum of ${least}, which then raises it again: each apply takes pods away for a while.`,
      confidence: 'confirmed',
      evidence: [
        saw(deployment, 'spec.replicas', `left to ${scaler.metadata.name}`),
        saw(scaler, 'spec.minReplicas'),
        ...(manager
          ? [{ from: nameOfObject(deployment), path: 'metadata.managedFields[f:spec.f:replicas]', saw: manager }]
          : []),
        ...resets.slice(0, 2).map(({ event }) => ({
          from: `Event of ${nameOfObject(deployment)}`,
          path: 'message',
          saw: quote(textAt(event, 'message') ?? ''),
        })),
      ],
      remedies: [
        byHand({
          id: 'leave-replicas-to-autoscaler',
          title: 'Take spec.replicas and `replicas:` out of the manifests, where an autoscaler is',
          risk: 'low',
          commands: [
            'grep -rn "replicas:" k8s/',
            `kubectl -n ${view.namespace} get deployment ${deployment.metadata.name} --show-managed-fields -o yaml | grep -B 40 f:replicas`,
          ],
        }),
      ],
    });
  },
};

type Entry = NonNullable<KubernetesObject['metadata']['managedFields']>[number];

const entriesOf = ({ metadata }: KubernetesObject): readonly Entry[] =>
  (Array.isArray(metadata.managedFields) ? metadata.managedFields : []).filter(
    (entry) => !entry?.subresource && at(entry?.fieldsV1, 'f:spec') !== undefined,
  );

/** Who applied a manifest that says spec.replicas, where the last word was his. `kubectl scale` is a person's, and once. */
const appliedTo = (deployment: KubernetesObject): Entry | undefined =>
  entriesOf(deployment).find(
    (entry) =>
      'f:replicas' in ((at(entry.fieldsV1, 'f:spec') as object | null) ?? {}) &&
      (entry.operation === 'Apply' || /client-side-apply/.test(entry.manager ?? '')),
  );

const spokeAt = ({ time = '' }: Entry): number => Date.parse(time) || 0;

/** When somebody last set what the autoscaler goes by. */
const changedAt = (scaler: KubernetesObject): number =>
  Math.max(timeAt(scaler, 'metadata.creationTimestamp')?.getTime() ?? 0, ...entriesOf(scaler).map(spokeAt));

type Reset = { readonly event: KubernetesObject; readonly to: number; readonly at: number };

/**
 * Times at which the present ReplicaSet was scaled below the autoscaler's minimum, which the autoscaler itself never does, and in a rollout
 * only the old ones are: `Scaled down replica set x from 3 to 1` (deployment controller). Events are left for an hour.
 */
function resetsIn(view: PdbView, scaler: KubernetesObject, least: number): readonly Reset[] {
  const { deployment } = view;
  const present = view.newSet()?.metadata.name;
  if (!deployment || !present) return [];
  const settled = (timeAt(scaler, 'metadata.creationTimestamp')?.getTime() ?? 0) + settlingMs;
  const raised = eventsOf(view, scaler, 'SuccessfulRescale').filter(
    (event) =>
      /below Spec\.MinReplicas/.test(textAt(event, 'message') ?? '') &&
      (momentOf(event) > settled || countOf(event) > 1),
  );
  return eventsOf(view, deployment, 'ScalingReplicaSet').flatMap((event) => {
    const [, set, from, to] =
      /^Scaled down replica set (\S+) from (\d+) to (\d+)$/.exec(textAt(event, 'message') ?? '') ?? [];
    const isBelow = set === present && Number(to) < least && Number(to) > 0 && Number(from) >= least;
    return isBelow && raised.length > 0 ? [{ event, to: Number(to), at: momentOf(event) }] : [];
  });
}
