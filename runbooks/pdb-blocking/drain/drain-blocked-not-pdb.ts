import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, listAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Drained, PdbView } from '../view.ts';
import { hasEnded, isTerminating, nodeOf } from '../workload.ts';

/** A drain that is not refused takes a pod within seconds. */
const patienceMs = 120_000;

export const drainBlockedNotPdb: Cause<PdbView> = {
  code: 'drain-blocked-not-pdb',
  title: 'The drain gives up before it evicts anything; no budget is involved',
  severity: 'warning',
  owner: 'operator',
  explains: [],
  look(view) {
    const { deployment, sight } = view;
    if (!deployment || view.isRollingOut) return clear();
    const drained = view.drained();
    const [first] = drained.filter(
      ({ node, pods }) => isLong(node, sight.now) && pods.every((pod) => !isTerminating(pod)),
    );
    if (!first) return clear();
    const mayGo = view
      .tried()
      .some(({ pod, answer }) => nodeOf(pod) === nameOfNode(first) && answer.ok && answer.value.code === 201);
    if (!mayGo) return clear();
    const reasons = reasonsAgainst(view, first);
    const node = nameOfNode(first);
    if (reasons.length === 0) return clear(`${node} is cordoned and its pods may go: nobody evicts them`);
    const flags = [...new Set(reasons.flatMap(({ flag }) => flag ?? []))];
    return found({
      object: refTo(first.node),
      because: `${node} is cordoned, an eviction from it would pass, and yet ${first.pods.map(({ metadata }) => metadata.name).join(', ')} stays: without further flags kubectl drain refuses a node with ${reasons.map(({ words }) => words).join(', ')}.`,
      confidence: 'likely',
      evidence: [
        saw(first.node, 'spec.unschedulable'),
        ...reasons.map(({ pod, path, wanted }) => saw(pod, path, wanted)),
        ...view
          .tried()
          .flatMap(({ pod, answer }) =>
            answer.ok ? [{ from: `eviction of ${pod.metadata.name} (dry run)`, saw: String(answer.value.code) }] : [],
          ),
      ],
      remedies: [
        byHand({
          id: 'drain-with-the-flags',
          title: `Drain with ${flags.length > 0 ? flags.join(' and ') : 'the bare pods moved by hand first'}; budgets are kept all the same`,
          risk: 'medium',
          commands: [
            ...reasons.flatMap(({ pod, flag }) =>
              flag
                ? []
                : [`kubectl -n ${view.namespace} get pod ${pod.metadata.name} -o yaml   # nobody makes it anew`],
            ),
            `kubectl drain ${node} ${flags.join(' ')}`.trim(),
          ],
        }),
      ],
    });
  },
};

const nameOfNode = ({ node }: Drained): string => node.metadata.name;

/** When it was cordoned stands in its taint. */
function isLong(node: KubernetesObject, now: Date): boolean {
  const taint = listAt(node, 'spec.taints').find((item) => at(item, 'key') === 'node.kubernetes.io/unschedulable');
  const since = timeAt(taint, 'timeAdded');
  return since === undefined || now.getTime() - since.getTime() >= patienceMs;
}

type Reason = {
  readonly pod: KubernetesObject;
  readonly path: string;
  readonly wanted?: string;
  readonly words: string;
  /** What lets drain go on; none where nothing but --force does, which takes a pod that nobody makes anew. */
  readonly flag?: string;
};

/** What of this namespace kubectl refuses on that node. Pods of other namespaces, as those of the network, are not looked at. */
function reasonsAgainst(view: PdbView, { node }: Drained): readonly Reason[] {
  const here = view.sight
    .list(kinds.Pod, view.namespace)
    .filter((pod) => nodeOf(pod) === node.metadata.name && !hasEnded(pod) && !isTerminating(pod));
  const ownerOf = (pod: KubernetesObject) => pod.metadata.ownerReferences?.find(({ controller }) => controller);
  const daemon = here.find((pod) => ownerOf(pod)?.kind === 'DaemonSet');
  const bare = here.find((pod) => ownerOf(pod) === undefined);
  const local = here
    .flatMap((pod) =>
      listAt(pod, 'spec.volumes').flatMap((volume, place) =>
        at(volume, 'emptyDir') === undefined ? [] : [{ pod, place, name: textAt(volume, 'name') ?? '' }],
      ),
    )
    .find(({ pod }) => ownerOf(pod)?.kind !== 'DaemonSet');
  return [
    ...(local
      ? [
          {
            pod: local.pod,
            path: `spec.volumes.${local.place}`,
            words: `local storage (emptyDir ${local.name} of ${local.pod.metadata.name}, lost with the pod)`,
            flag: '--delete-emptydir-data',
          },
        ]
      : []),
    ...(daemon
      ? [
          {
            pod: daemon,
            path: 'metadata.ownerReferences',
            words: `a pod of a DaemonSet (${daemon.metadata.name})`,
            flag: '--ignore-daemonsets',
          },
        ]
      : []),
    ...(bare
      ? [
          {
            pod: bare,
            path: 'metadata.ownerReferences',
            wanted: 'a controller',
            words: `a pod that no controller makes anew (${bare.metadata.name})`,
          },
        ]
      : []),
  ];
}
