import { at, condition, listAt, numberAt, textAt, timeAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

/** Why a pod does not serve, in the order in which a pod comes up. */
export type PodTrouble = {
  readonly is: 'gated' | 'unscheduled' | 'image' | 'config' | 'crash' | 'other' | 'unready' | 'starting';
  /** Where it stands in the pod: `status.containerStatuses.0.state.waiting`. */
  readonly path: string;
  readonly reason: string;
  readonly message: string;
  /** The container that it is about, where it is about one. */
  readonly container?: string;
};

const pullReasons: readonly string[] = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ErrImageInspect',
  'RegistryUnavailable',
];
/** The container was made, and its process did not get up or did not stay. */
const crashReasons: readonly string[] = ['CrashLoopBackOff', 'RunContainerError', 'StartError'];
const young: readonly string[] = ['ContainerCreating', 'PodInitializing', ''];

/** The longest back-off between two starts is five minutes: what ended longer ago than twice that has stayed up since. */
const recentMs = 600_000;

/** Why `pod` is not Ready by its own typed fields, or undefined where it is Ready or is ending. */
export function podTrouble(pod: KubernetesObject, now: Date): PodTrouble | undefined {
  if (pod.metadata.deletionTimestamp !== undefined || condition(pod, 'Ready')?.status === 'True') return undefined;
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    const { path, reason, message } = scheduled;
    return { is: reason === 'SchedulingGated' ? 'gated' : 'unscheduled', path, reason, message };
  }
  return containerTrouble(pod, now) ?? unready(pod);
}

/** The init containers first: the others wait for them. */
function containerTrouble(pod: KubernetesObject, now: Date): PodTrouble | undefined {
  for (const list of ['status.initContainerStatuses', 'status.containerStatuses']) {
    for (const [place, status] of listAt(pod, list).entries()) {
      const found = troubleOf(status, `${list}.${place}`, now);
      if (found) return found;
    }
  }
  return undefined;
}

function troubleOf(status: unknown, where: string, now: Date): PodTrouble | undefined {
  const container = textAt(status, 'name') ?? '';
  const reason = textAt(status, 'state.waiting.reason') ?? '';
  const message = textAt(status, 'state.waiting.message') ?? '';
  const path = `${where}.state.waiting`;
  if (at(status, 'state.waiting') !== undefined && !young.includes(reason)) {
    if (pullReasons.includes(reason)) return { is: 'image', path, reason, message, container };
    if (crashReasons.includes(reason)) return { is: 'crash', path, reason, message, container };
    if (reason === 'CreateContainerConfigError') return { is: 'config', path, reason, message, container };
    return { is: 'other', path, reason, message, container };
  }
  // Between two restarts it is not waiting: it has just ended, or has just begun once more.
  const ended = at(status, 'state.terminated') !== undefined ? 'state.terminated' : 'lastState.terminated';
  const isFailed = (numberAt(status, `${ended}.exitCode`) ?? 0) !== 0;
  const when = timeAt(status, `${ended}.finishedAt`);
  const isRecent = when === undefined || now.getTime() - when.getTime() < recentMs;
  if (isFailed && isRecent && (ended === 'state.terminated' || (numberAt(status, 'restartCount') ?? 0) > 1)) {
    const said = textAt(status, `${ended}.reason`) ?? 'Error';
    return {
      is: 'crash',
      path: `${where}.${ended}`,
      reason: said,
      message: `exit code ${exitCodeIn(status, ended)}`,
      container,
    };
  }
  return undefined;
}

const exitCodeIn = (status: unknown, ended: string): string => String(numberAt(status, `${ended}.exitCode`) ?? '');

function unready(pod: KubernetesObject): PodTrouble {
  const ready = condition(pod, 'Ready');
  const isRunning = textAt(pod, 'status.phase') === 'Running';
  const running = listAt(pod, 'status.containerStatuses').find(
    (item) => at(item, 'state.running') !== undefined && at(item, 'ready') !== true,
  );
  return {
    is: isRunning && running !== undefined ? 'unready' : 'starting',
    path: ready?.path ?? 'status.phase',
    reason: ready?.reason || (textAt(pod, 'status.phase') ?? 'Pending'),
    message: ready?.message ?? '',
    ...(running === undefined ? {} : { container: textAt(running, 'name') ?? '' }),
  };
}

/** How the container last ended: its reason and exit code, where it has ended. */
export function lastEnd(
  pod: KubernetesObject,
  container: string,
): { readonly reason: string; readonly exitCode: number } | undefined {
  const all = [...listAt(pod, 'status.containerStatuses'), ...listAt(pod, 'status.initContainerStatuses')];
  const status = all.find((item) => textAt(item, 'name') === container);
  for (const ended of ['state.terminated', 'lastState.terminated']) {
    const exitCode = numberAt(status, `${ended}.exitCode`);
    if (exitCode !== undefined) return { reason: textAt(status, `${ended}.reason`) ?? '', exitCode };
  }
  return undefined;
}
