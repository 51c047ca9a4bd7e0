import type { Unread } from '../../core/fetched.ts';
import type { AlertmanagerAddress } from '../../core/look.ts';
import { rightMissing, statusOf } from './api-status.ts';
import { unread } from './refused-read.ts';
import type { Reply } from './transport.ts';

/**
 * A path as an object of the cluster names it, fit to stand behind `…/proxy`. Whoever may write a monitor must not lead a request that
 * has the operator's rights to another place of the API: no `..`, encoded or not, for whatever cleans paths before the API server.
 */
export function belowProxy(path: string): string {
  const { pathname, search } = new URL(`http://pod/${path.replaceAll(/%2f|%5c/gi, '/').replace(/^\//, '')}`);
  return pathname + search;
}

/** The path of something behind a port of a Service. Names of an object's fields are no more than names here. */
export function servicePath({ namespace, scheme, service, port, prefix }: AlertmanagerAddress, path: string): string {
  const [where, name, at] = [namespace, service, port].map(encodeURIComponent);
  return `/api/v1/namespaces/${where}/services/${scheme}:${name}:${at}/proxy${belowProxy(prefix + path)}`;
}

/** Why the API server itself did not do what was asked. */
export function refused(reply: Extract<Reply, { ok: true }>, needs: string): Unread {
  const { code, message } = statusOf(reply);
  if (code === 403) {
    const named = rightMissing(message);
    return { ...unread('forbidden', message), needs: named?.startsWith('impersonate ') ? named : needs };
  }
  if (code === 404) return unread('not-found', message);
  if (code === 503 || code === 502) return unread('unreachable', message);
  if (code === 504 || code === 429) return unread('timed-out', message);
  return unread('unreadable', `The API server answers ${code}: ${message}`);
}
