import type { Fetched } from '../../core/fetched.ts';
import { pathOf } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { AnswerOf, ClusterLook, InsideLook } from '../../core/look.ts';
import type { ClusterReader } from '../../core/outside/cluster-reader.ts';
import { mayI } from './access-review.ts';
import { parseJson } from './api-status.ts';
import type { FoundCluster } from './find-cluster.ts';
import { identify } from './identity.ts';
import { lookInside } from './inside.ts';
import { numberHiddenValues } from './number-hidden-values.ts';
import { listAll } from './paged-list.ts';
import type { ParseObject } from './parse-object.ts';
import { byServiceProxy, type PrometheusWay } from './prometheus.ts';
import { refusedRead, unread, unreadable } from './refused-read.ts';
import type { Transport } from './transport.ts';
import { tryEviction } from './try-eviction.ts';
import { tryManifest } from './try-manifest.ts';
import { whoAmI } from './who-am-i.ts';

/** The reading half of a cluster over HTTP. Nothing it sends changes anything; what it returns is cut and redacted. */
export function readerOver(
  transport: Transport,
  found: FoundCluster,
  options: { readonly pageSize: number; readonly parse: ParseObject; readonly prometheus?: PrometheusWay | undefined },
): ClusterReader {
  const prometheus = options.prometheus ?? byServiceProxy(transport);
  const look = (asked: ClusterLook | InsideLook, signal: AbortSignal): Promise<Fetched<unknown>> => {
    switch (asked.at) {
      case 'get':
        return getOne(transport, asked, options.parse, signal);
      case 'list':
        return listAll(transport, asked, options, signal);
      case 'evict':
        return tryEviction(transport, asked, signal);
      default:
        return lookInside({ transport, prometheus }, asked, signal);
    }
  };
  return {
    look: look as <L extends ClusterLook | InsideLook>(asked: L, signal: AbortSignal) => Promise<Fetched<AnswerOf<L>>>,
    may: (right, signal) => mayI(transport, right, signal),
    whoAmI: (signal) => whoAmI(transport, signal),
    tryManifest: (object, live, signal) => tryManifest(transport, object, live, signal),
    identity: (signal) => identify(transport, found, signal),
    requests: transport.requests,
  };
}

async function getOne(
  transport: Transport,
  look: Extract<ClusterLook, { at: 'get' }>,
  parse: ParseObject,
  signal: AbortSignal,
): Promise<Fetched<KubernetesObject>> {
  const reply = await transport.send(
    { method: 'GET', path: pathOf(look.kind, look.namespace, look.name), repeatable: true },
    signal,
  );
  if (!reply.ok) return unread(reply.why, reply.detail);
  if (reply.status !== 200) return refusedRead(reply, look);
  const whole = parseJson(reply.text);
  const object = parse(whole, look.kind);
  return object === undefined ? unreadable(look, reply) : { ok: true, value: numberHiddenValues(object, whole) };
}
