import type { Unread } from '../../core/fetched.ts';
import { groupOf, type Kind, resourceName } from '../../core/kubernetes/kinds.ts';
import type { ReadLook } from '../../core/look.ts';
import { rightOfLook } from '../../core/rights/of-look.ts';
import { rightText } from '../../core/rights/right.ts';
import { rightMissing, statusOf } from './api-status.ts';
import type { Answer } from './exchange.ts';

/** Turns an answer that is no success into the reason why something could not be read. */
export function refusedRead(answer: Answer, look: ReadLook): Unread {
  const status = statusOf(answer);
  const where = placeOf(look);
  // Of an API group that is not there, the API server says it in plain text.
  const isFromApi = status.reason !== '' || status.message === '404 page not found';
  switch (answer.status) {
    case 403: {
      if (!isFromApi)
        return unread('unreachable', `Something in front of the API server answers 403: ${status.message}`);
      const named = rightMissing(status.message);
      const needs = named?.startsWith('impersonate ') ? named : rightText(rightOfLook(look));
      return { ...unread('forbidden', status.message), needs };
    }
    case 404:
      if (look.at === 'get' && status.name !== '')
        return unread('not-found', `There is no ${look.kind.kind} "${look.name}"${where}.`);
      return isFromApi ? unread('not-found', notServed(look.kind)) : unreadable(look, answer);
    case 429:
      return unread('timed-out', `The API server is too busy (429 Too Many Requests): ${status.message}`);
    case 503:
      return unread('unreachable', `The API server is not available (503): ${status.message}`);
    case 504:
      return unread('timed-out', `The API server did not finish in time (504): ${status.message}`);
    default:
      return unread(
        'unreadable',
        `Asked to ${look.at} ${resourceName(look.kind)}${where}, the API server answers ${status.code}: ${status.message}`,
      );
  }
}

export function unread(why: Unread['why'], detail: string): Unread {
  return { ok: false, why, detail };
}

/** A success whose body is not what was asked for. */
export function unreadable({ kind }: ReadLook, answer: Answer): Unread {
  const what = answer.text.trimStart().startsWith('<') ? 'a web page' : 'something else';
  return unread(
    'unreadable',
    `Asked for ${resourceName(kind)}, the server answers with ${what}. Is "server" in the kubeconfig a Kubernetes API?`,
  );
}

function placeOf(look: ReadLook): string {
  if (!look.kind.namespaced) return '';
  return look.namespace === undefined ? ' in all namespaces' : ` in ${look.namespace}`;
}

function notServed(kind: Kind): string {
  const group = groupOf(kind);
  const isBuiltIn = !group.includes('.') || group.endsWith('.k8s.io');
  const missing = isBuiltIn
    ? ''
    : ` The CustomResourceDefinition ${resourceName(kind)} is not installed, or has no such version.`;
  return `The cluster does not serve ${kind.kind} of ${kind.apiVersion}.${missing}`;
}
