import { type Kind, kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { badRequest, refusal } from './api-status.ts';
import { isCustom } from './cluster.ts';
import type { Route } from './route.ts';
import { selected } from './selection.ts';
import type { Store } from './store.ts';

/** A list, in pages where the client asks for them. Items of built-in kinds come without apiVersion and kind, as the real server's do. */
export function listAnswer(store: Store, { kind, namespace }: Route, query: URLSearchParams): unknown {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const found = selected(store.of(kind, namespace), labels, fields);
  const limit = Number(query.get('limit') ?? 0);
  const start = startOf(query.get('continue') ?? '');
  const page = limit > 0 ? found.slice(start, start + limit) : found.slice(start);
  const left = found.length - start - page.length;
  return {
    kind: `${kind.kind}List`,
    apiVersion: kind.apiVersion,
    metadata: {
      resourceVersion: String(store.version),
      ...(left > 0
        ? { continue: Buffer.from(JSON.stringify({ v: 'practice', start: start + page.length })).toString('base64url') }
        : {}),
      ...(left > 0 && labels === '' && fields === '' ? { remainingItemCount: left } : {}),
    },
    items: page.map((object) => itemOf(kind, object)),
  };
}

function itemOf(kind: Kind, object: KubernetesObject): unknown {
  if (isCustom(kind.apiVersion) || kind === kinds.CustomResourceDefinition) return object;
  const { apiVersion: _, kind: _kind, ...item } = object;
  return item;
}

function startOf(token: string): number {
  if (token === '') return 0;
  try {
    const { v, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as {
      readonly v?: unknown;
      readonly start?: unknown;
    };
    if (v === 'practice' && typeof start === 'number') return start;
  } catch {
    throw badRequest('continue key is not valid: the token is no token of this server');
  }
  throw refusal(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result.');
}
