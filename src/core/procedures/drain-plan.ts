import type { Change } from '../change.ts';
import { covers } from '../kubernetes/eviction.ts';
import { at, condition, listAt, numberAt, textAt } from '../kubernetes/field.ts';
import { kinds, ref } from '../kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../kubernetes/object.ts';
import { isReady, ownBudgets, ownPods } from './evictions.ts';

/** What draining one node would do, as a value: shown, then done. */
export type DrainPlan = {
  readonly is: 'plan';
  readonly node: KubernetesObject;
  readonly scope: 'own-pods' | 'whole-node';
  /** In the order of their eviction: the service's own first. */
  readonly evict: readonly KubernetesObject[];
  /** Pods of others that a drain would leave where they are, and why. */
  readonly stays: readonly { readonly pod: KubernetesObject; readonly because: string }[];
  readonly readyBefore: number;
  /** How many must stay ready: below it all is stopped. */
  readonly wanted: number;
};

export type NoDrain = { readonly is: 'no'; readonly because: string; readonly next: readonly string[] };

export type Around = {
  readonly nodes: readonly KubernetesObject[];
  /** Of the service's namespace. */
  readonly pods: readonly KubernetesObject[];
  readonly budgets: readonly KubernetesObject[];
  /** Of all namespaces; only where a whole node is to be drained. */
  readonly everybody: readonly KubernetesObject[] | undefined;
};

const no = (because: string, next: readonly string[] = []): NoDrain => ({ is: 'no', because, next });
const nodeNameOf = (pod: KubernetesObject): string => textAt(pod, 'spec.nodeName') ?? '';
export const isCordoned = (node: KubernetesObject): boolean => at(node, 'spec.unschedulable') === true;
const mayTakePods = (node: KubernetesObject): boolean =>
  !isCordoned(node) && condition(node, 'Ready')?.status === 'True';

/** Whether one node may be drained, and what that comes to. The node is the named one, else the one with the fewest of our pods. */
export function drainPlan({ nodes, pods, budgets, everybody }: Around, named: string | undefined): DrainPlan | NoDrain {
  const own = ownPods(pods);
  const countOn = (node: KubernetesObject) => own.filter((pod) => nodeNameOf(pod) === node.metadata.name).length;
  const holders = nodes
    .filter((node) => countOn(node) > 0)
    .toSorted((a, b) => countOn(a) - countOn(b) || a.metadata.name.localeCompare(b.metadata.name));
  const node = named === undefined ? holders.find(mayTakePods) : nodes.find(({ metadata }) => metadata.name === named);
  const others = holders.map(({ metadata }) => `--node ${metadata.name}`);
  if (!node)
    return named === undefined
      ? no('no node that takes pods has a pod of the service')
      : no(`there is no node "${named}"`, others);
  const { name } = node.metadata;
  if (countOn(node) === 0) return no(`${name} has no pod of the service`, others);
  if (isCordoned(node)) return no(`${name} is cordoned already: whoever did that may not be done`, others);
  if (!nodes.some((one) => one !== node && mayTakePods(one)))
    return no(`no other node takes pods: those of ${name} would have nowhere to go`);
  const found = ownBudgets(budgets, own);
  const [budget] = found;
  if (!budget || found.length > 1)
    return no(`${found.length} budgets select the pods; it must be one`, ['orion-setup runbook pdb-blocking']);
  const wanted = Math.max(1, numberAt(budget, 'status.desiredHealthy') ?? 0);
  const ready = own.filter(isReady).length;
  if (ready <= wanted || (numberAt(budget, 'status.disruptionsAllowed') ?? 0) < 1)
    return no(`${ready} pods are ready and ${wanted} must stay: none may go`, ['orion-setup runbook pdb-blocking']);
  const ours = own.filter((pod) => nodeNameOf(pod) === name && covers(budget, pod));
  const base = { is: 'plan', node, readyBefore: ready, wanted } as const;
  if (!everybody) return lostIn(ours) ?? { ...base, scope: 'own-pods', evict: ours, stays: [] };
  return withOthers(
    base,
    ours,
    everybody.filter((pod) => nodeNameOf(pod) === name),
  );
}

/** As `kubectl drain` without --force: what would be lost for good is nobody's to give for a trial. */
function lostIn(pods: readonly KubernetesObject[]): NoDrain | undefined {
  const lost = pods.filter((pod) => controllerOf(pod) === undefined);
  if (lost.length === 0) return undefined;
  const names = lost.map((pod) => `${longName(pod)}${hasLocalData(pod) ? ' with its emptyDir' : ''}`).join(', ');
  return no(`${names} would be lost: no controller makes ${lost.length === 1 ? 'it' : 'them'} again`);
}

/** As `kubectl drain` goes about it: DaemonSets' pods and static ones stay, what nobody would make again stops it. */
function withOthers(
  base: Pick<DrainPlan, 'is' | 'node' | 'readyBefore' | 'wanted'>,
  ours: readonly KubernetesObject[],
  there: readonly KubernetesObject[],
): DrainPlan | NoDrain {
  const isOurs = (pod: KubernetesObject) => ours.some(({ metadata }) => metadata.uid === pod.metadata.uid);
  const judged = there
    .filter((pod) => !isOurs(pod) && !['Succeeded', 'Failed'].includes(textAt(pod, 'status.phase') ?? ''))
    .map((pod) => ({ pod, because: whyItStays(pod) }));
  const evict = [...ours, ...judged.filter(({ because }) => because === undefined).map(({ pod }) => pod)];
  const lost = lostIn(evict);
  if (lost) return { ...lost, next: lostIn(ours) ? [] : [onlyOurs] };
  return {
    ...base,
    scope: 'whole-node',
    evict,
    stays: judged.flatMap(({ pod, because }) => (because === undefined ? [] : [{ pod, because }])),
  };
}

/** What to do where others of the node stand in the way. */
export const onlyOurs = 'Leave out --whole-node to evict only the pods of the service.';

const controllerOf = ({ metadata }: KubernetesObject) =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

function whyItStays(pod: KubernetesObject): string | undefined {
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return "the node's own static pod";
  if (controllerOf(pod)?.kind === 'DaemonSet') return 'of a DaemonSet';
  return pod.metadata.deletionTimestamp === undefined ? undefined : 'ending already';
}

export const longName = ({ metadata }: KubernetesObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** What is lost with the pod. */
export const hasLocalData = (pod: KubernetesObject): boolean =>
  listAt(pod, 'spec.volumes').some((volume) => at(volume, 'emptyDir') !== undefined);

/** No new pods on this node; its inverse lets them come again. */
export const cordon = (node: KubernetesObject): Change => ({
  do: 'patch',
  ref: ref(kinds.Node, node.metadata.name),
  uid: node.metadata.uid ?? '',
  resourceVersion: node.metadata.resourceVersion ?? '',
  edits: [{ pointer: '/spec/unschedulable', from: at(node, 'spec.unschedulable'), to: true }],
});

export const eviction = (pod: KubernetesObject): Change => ({
  do: 'evict',
  ref: refTo(pod),
  uid: pod.metadata.uid ?? '',
});
