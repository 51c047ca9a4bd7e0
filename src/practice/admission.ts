import { at, listAt, textAt } from '../core/kubernetes/field.ts';
import { groupOf, kinds, resourceName } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { refusal } from './api-status.ts';
import { knownKind, type Store } from './store.ts';

/** What a namespace's quota and limits refuse, counted by objects and by CPU; texts as recorded from a real API server. */
export function admit(store: Pick<Store, 'of'>, object: KubernetesObject): void {
  const namespace = object.metadata.namespace;
  if (namespace === undefined) return;
  if (object.kind === 'Pod') checkAccount(store, object);
  if (object.kind === 'Pod') for (const range of store.of(kinds.LimitRange, namespace)) checkLimits(range, object);
  for (const quota of store.of(kinds.ResourceQuota, namespace)) checkQuota(store, quota, object);
}

function refused(object: KubernetesObject, why: string): Error {
  const kind = knownKind(object);
  return refusal(403, 'Forbidden', `${resourceName(kind)} "${object.metadata.name}" is forbidden: ${why}`, {
    name: object.metadata.name,
    kind: kind.plural,
  });
}

/** A pod runs as an account that is there; `default` comes with the namespace. */
function checkAccount(store: Pick<Store, 'of'>, pod: KubernetesObject): void {
  const named = textAt(pod, 'spec.serviceAccountName') ?? 'default';
  const namespace = pod.metadata.namespace ?? '';
  const isThere = store.of(kinds.ServiceAccount, namespace).some(({ metadata }) => metadata.name === named);
  if (named !== 'default' && !isThere)
    throw refused(pod, `error looking up service account ${namespace}/${named}: serviceaccount "${named}" not found`);
}

function checkQuota(store: Pick<Store, 'of'>, quota: KubernetesObject, object: KubernetesObject): void {
  const hard = at(quota, 'spec.hard');
  const kind = knownKind(object);
  const counted = [`count/${resourceName(kind)}`, ...(groupOf(kind) === '' ? [kind.plural] : [])];
  for (const [name, limit] of Object.entries(hard !== null && typeof hard === 'object' ? hard : {})) {
    if (!counted.includes(name)) continue;
    const used = store
      .of(kind, object.metadata.namespace)
      .filter((item) => !['Succeeded', 'Failed'].includes(textAt(item, 'status.phase') ?? '')).length;
    if (used + 1 > Number(limit))
      throw refused(
        object,
        `exceeded quota: ${quota.metadata.name}, requested: ${name}=1, used: ${name}=${used}, limited: ${name}=${String(limit)}`,
      );
  }
}

function checkLimits(range: KubernetesObject, pod: KubernetesObject): void {
  for (const limit of listAt(range, 'spec.limits').filter((item) => textAt(item, 'type') === 'Container')) {
    const least = textAt(limit, 'min.cpu');
    const most = textAt(limit, 'max.cpu');
    for (const container of listAt(pod, 'spec.containers')) {
      const request = textAt(container, 'resources.requests.cpu');
      const ceiling = textAt(container, 'resources.limits.cpu');
      if (least && request && millis(request) < millis(least))
        throw refused(pod, `minimum cpu usage per Container is ${least}, but request is ${request}`);
      if (most && ceiling && millis(ceiling) > millis(most))
        throw refused(pod, `maximum cpu usage per Container is ${most}, but limit is ${ceiling}`);
    }
  }
}

/** CPU in thousandths. */
export const millis = (quantity: string): number =>
  quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
