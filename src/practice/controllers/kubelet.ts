import { at, condition, listAt, textAt, textMapAt, timeAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { timeText } from '../cluster.ts';
import { placeFor } from './scheduler.ts';
import { statusOf } from './status.ts';
import { type Controller, earliest, idle, later, type Turn, type View, type Write } from './turn.ts';

const by = 'kubelet';
const startSeconds = 2;
const endSeconds = 2;

/** Scheduler and kubelets in one: pods get a node, become ready, and end. One pod a turn: the next one must see where it went. */
export const kubelet: Controller = {
  name: by,
  reconcile: (view) => {
    const turns = view.of(kinds.Pod).map((pod) => podOne(view, pod));
    const first = turns.find(({ writes }) => writes.length > 0);
    return { writes: first?.writes ?? [], due: earliest(...turns.map(({ due }) => due)) };
  },
};

function podOne(view: View, pod: KubernetesObject): Turn {
  if (pod.metadata.deletionTimestamp !== undefined) return end(view, pod);
  if (textAt(pod, 'spec.nodeName') === undefined) return schedule(view, pod);
  if (textAt(pod, 'status.phase') !== 'Pending' || !view.isStirred(pod) || isBroken(pod)) return idle;
  const since =
    condition(pod, 'PodScheduled')?.lastTransitionTime ?? timeAt(pod, 'metadata.creationTimestamp') ?? view.now;
  const ready = later(
    since,
    startSeconds + Number(at(pod, 'spec.containers.0.readinessProbe.initialDelaySeconds') ?? 0),
  );
  if (ready > view.now) return { writes: [], due: ready };
  return { writes: [{ do: 'status', object: pod, status: fateOf(view, pod) ?? running(view, pod), by }] };
}

/**
 * A pod that was marked before the loading is part of the story, until its node comes back; so is one that a finalizer holds, and one
 * whose node does not answer.
 */
function end(view: View, pod: KubernetesObject): Turn {
  const node = view.get(kinds.Node, undefined, textAt(pod, 'spec.nodeName') ?? '');
  const isLost = node !== undefined && condition(node, 'Ready')?.status !== 'True';
  const isBack = node !== undefined && !isLost && view.isStirred(node);
  if (isLost || !(view.isStirred(pod) || isBack) || (pod.metadata.finalizers ?? []).length > 0) return idle;
  const grace = Number(pod.metadata['deletionGracePeriodSeconds'] ?? 0);
  const marked = later(timeAt(pod, 'metadata.deletionTimestamp') ?? view.now, -grace);
  const gone = earliest(later(marked, endSeconds), later(marked, grace)) ?? view.now;
  return gone > view.now ? { writes: [], due: gone } : { writes: [{ do: 'end', object: pod }] };
}

function schedule(view: View, pod: KubernetesObject): Turn {
  const crowd = view.stirred(kinds.Pod, () => true) || view.stirred(kinds.Node, () => true);
  if ((!view.isStirred(pod) && !crowd) || listAt(pod, 'spec.schedulingGates').length > 0) return idle;
  const place = placeFor(view, pod);
  const time = timeText(view.now);
  if (place.node !== undefined) {
    const spec = at(pod, 'spec') as object;
    const conditions = [{ type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: time }];
    const told: Write = {
      do: 'event',
      about: pod,
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${place.node}`,
      by: 'default-scheduler',
    };
    return {
      writes: [
        { do: 'update', object: { ...pod, spec: { ...spec, nodeName: place.node } }, by: 'kube-scheduler' },
        { do: 'status', object: pod, status: { ...statusOf(pod), phase: 'Pending', conditions }, by: 'kube-scheduler' },
        told,
      ],
    };
  }
  if (condition(pod, 'PodScheduled')?.message === place.why) return idle;
  const conditions = [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: place.why,
      lastProbeTime: null,
      lastTransitionTime: time,
    },
  ];
  return {
    writes: [
      { do: 'status', object: pod, status: { ...statusOf(pod), phase: 'Pending', conditions }, by: 'kube-scheduler' },
      {
        do: 'event',
        about: pod,
        type: 'Warning',
        reason: 'FailedScheduling',
        message: place.why,
        by: 'default-scheduler',
      },
    ],
  };
}

/** A container that waits for more than its start does not get up by itself. */
const isBroken = (pod: KubernetesObject): boolean =>
  listAt(pod, 'status.containerStatuses').some((item) => at(item, 'state.waiting') !== undefined);

/**
 * A pod whose siblings of the same template were recorded as broken breaks like them: the cause is in the template or around it, and
 * is not played here. The sibling may be gone by now, so its fate is remembered by the template's hash.
 */
function fateOf(view: View, pod: KubernetesObject): unknown {
  const hash = textMapAt(pod, 'metadata.labels')['pod-template-hash'];
  if (hash === undefined) return undefined;
  const sibling = view.brokenTemplates.get(`${pod.metadata.namespace}/${hash}`);
  if (!sibling) return undefined;
  const time = timeText(view.now);
  const conditions = listAt(sibling, 'status.conditions').map((item) => ({
    ...(item as object),
    lastTransitionTime: time,
  }));
  return { ...statusOf(sibling), conditions, podIP: freeAddress(view), startTime: time };
}

function running(view: View, pod: KubernetesObject): object {
  const time = timeText(view.now);
  const address = freeAddress(view);
  const conditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
    (type) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: time }),
  );
  const containers = listAt(pod, 'spec.containers').map((item) => ({
    name: textAt(item, 'name'),
    image: textAt(item, 'image'),
    imageID: '',
    lastState: {},
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: time } },
  }));
  return {
    ...statusOf(pod),
    phase: 'Running',
    conditions,
    containerStatuses: containers,
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: time,
  };
}

function freeAddress(view: View): string {
  const taken = new Set(view.of(kinds.Pod).map((pod) => textAt(pod, 'status.podIP')));
  for (let number = 10; ; number += 1) {
    const address = `10.244.${Math.floor(number / 250)}.${number % 250}`;
    if (!taken.has(address)) return address;
  }
}
