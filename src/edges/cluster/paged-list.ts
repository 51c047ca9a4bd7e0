import type { Fetched } from '../../core/fetched.ts';
import { listAt, textAt } from '../../core/kubernetes/field.ts';
import { pathOf } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { ReadLook } from '../../core/look.ts';
import { parseJson } from './api-status.ts';
import { numberHiddenValues } from './number-hidden-values.ts';
import type { ParseObject } from './parse-object.ts';
import { refusedRead, unread, unreadable } from './refused-read.ts';
import type { Transport } from './transport.ts';

export type ListLook = Extract<ReadLook, { at: 'list' }>;

/** All objects of a list, page by page, as they were at the moment of its first page. */
export async function listAll(
  transport: Transport,
  look: ListLook,
  { pageSize, parse }: { readonly pageSize: number; readonly parse: ParseObject },
  signal: AbortSignal,
): Promise<Fetched<readonly KubernetesObject[]>> {
  let items: readonly KubernetesObject[] = [];
  let next: string | undefined;
  let mayRestart = true;
  for (;;) {
    const path = `${pathOf(look.kind, look.namespace)}?${queryOf(look, pageSize, next)}`;
    const reply = await transport.send({ method: 'GET', path, repeatable: true }, signal);
    if (!reply.ok) return unread(reply.why, reply.detail);
    if (reply.status === 410 && next !== undefined && mayRestart) {
      // The server has forgotten the moment that the pages are of (etcd compacts every five minutes): all of it again.
      mayRestart = false;
      next = undefined;
      items = [];
      continue;
    }
    if (reply.status !== 200) return refusedRead(reply, look);
    const page = parseJson(reply.text);
    const found = listAt(page, 'items').map((item) => {
      const read = parse(item, look.kind);
      return read && numberHiddenValues(read, item);
    });
    const objects = found.filter((object) => object !== undefined);
    if (!textAt(page, 'kind')?.endsWith('List') || objects.length < found.length) return unreadable(look, reply);
    items = [...items, ...objects];
    next = textAt(page, 'metadata.continue') || undefined;
    if (next === undefined) return { ok: true, value: items };
  }
}

function queryOf(look: ListLook, pageSize: number, next: string | undefined): URLSearchParams {
  return new URLSearchParams({
    limit: String(pageSize),
    ...(look.labels ? { labelSelector: look.labels } : {}),
    ...(next ? { continue: next } : {}),
  });
}
