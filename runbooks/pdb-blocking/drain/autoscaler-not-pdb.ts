import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { at, listAt, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { besideKeeper, keptElsewhere } from '../keeper.ts';
import type { PdbView } from '../view.ts';
import { nodeOf } from '../workload.ts';

/** By which a pod keeps an autoscaler from taking its node (cluster-autoscaler FAQ; karpenter, disruption). */
const keepers: readonly (readonly [annotation: string, value: string])[] = [
  ['cluster-autoscaler.kubernetes.io/safe-to-evict', 'false'],
  ['karpenter.sh/do-not-disrupt', 'true'],
];
/** By which an autoscaler marks a node that it wants to take. */
const marks = [
  'DeletionCandidateOfClusterAutoscaler',
  'ToBeDeletedByClusterAutoscaler',
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
];

export const autoscalerNotPdb: Cause<PdbView> = {
  code: 'autoscaler-not-pdb',
  title: 'An annotation on the pods keeps the autoscaler from taking their node; no budget is involved',
  severity: 'warning',
  owner: 'operator',
  explains: [],
  look(view) {
    const { deployment } = view;
    if (!deployment || view.isRollingOut) return clear();
    const kept = view.living().flatMap((pod) => {
      const annotations = textMapAt(pod, 'metadata.annotations');
      const keeper = keepers.find(([name, value]) => annotations[name] === value);
      return keeper ? [{ pod, keeper }] : [];
    });
    const [first] = kept;
    if (!first) return clear();
    const nodes = view.sight.list(kinds.Node);
    const wanted = kept.flatMap((item) => {
      const node = nodes.find(({ metadata }) => metadata.name === nodeOf(item.pod));
      const mark = node && listAt(node, 'spec.taints').find((taint) => marks.includes(textAt(taint, 'key') ?? ''));
      return node && mark ? [{ ...item, node, mark: textAt(mark, 'key') ?? '' }] : [];
    });
    const [marked] = wanted;
    const [annotation, value] = (marked ?? first).keeper;
    const blockedBy = keptElsewhere(deployment);
    return found({
      object: refTo((marked ?? first).pod),
      because: marked
        ? `An autoscaler wants to take ${marked.node.metadata.name} and does not, since ${marked.pod.metadata.name} is annotated ${annotation}: ${value}.`
        : `${first.pod.metadata.name} is annotated ${annotation}: ${value}: an autoscaler leaves its node alone. None is seen to want it now.`,
      confidence: marked ? 'confirmed' : 'likely',
      evidence: [
        sawAnnotation((marked ?? first).pod, annotation),
        ...wanted.slice(0, 3).map(({ node, mark }) => sawTaint(node, mark)),
      ],
      remedies: [
        byHand({
          id: 'take-the-annotation-away',
          title: `Where it is not meant so, take the annotation from the pod template of ${deployment.metadata.name}: the pods are rolled out anew`,
          risk: 'low',
          commands: besideKeeper(deployment, [
            `kubectl -n ${view.namespace} patch deployment ${deployment.metadata.name} --type merge -p '${JSON.stringify({ spec: { template: { metadata: { annotations: { [annotation]: null } } } } })}'`,
          ]),
          ...(blockedBy === null ? {} : { blockedBy }),
        }),
      ],
      ...(marked ? {} : { symptom: true as const }),
    });
  },
};

const sawAnnotation = (pod: KubernetesObject, name: string): Evidence => ({
  from: nameOfObject(pod),
  path: `metadata.annotations[${name}]`,
  saw: textMapAt(pod, 'metadata.annotations')[name] ?? '',
  wanted: 'absent',
});

const sawTaint = (node: KubernetesObject, key: string): Evidence => ({
  from: nameOfObject(node),
  path: 'spec.taints',
  saw: `${key}: ${String(
    at(
      listAt(node, 'spec.taints').find((taint) => textAt(taint, 'key') === key),
      'effect',
    ) ?? '',
  )}`,
});
