import { afterAll, beforeAll, expect } from 'vitest';
import type { Change, Edit } from '../../src/core/change.ts';
import type { Fetched } from '../../src/core/fetched.ts';
import { type Kind, type KindName, kinds, ref } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Sent } from '../../src/core/outside/cluster-writer.ts';
import type { Connection } from '../../src/edges/cluster/connect.ts';
import { namespace, serviceAccount } from './api-contract-objects.ts';

/** What stands behind this API, so what may be asked of it. */
export type ContractOptions = {
  /** Kubernetes' controllers run: owner references are collected. */
  readonly controllers: boolean;
};

/** `stranger` is a user with no rights but those of every authenticated one. */
export type ConnectAs = (who: 'admin' | 'stranger', options?: { readonly pageSize?: number }) => Promise<Connection>;

/** The contract's own namespace in a cluster, and the words its tests are written in. */
export type ContractGround = ReturnType<typeof contractGround>;

/** Registers its own setting up and taking down with vitest. */
export function contractGround(connectAs: ConnectAs, { controllers }: ContractOptions) {
  const place = `contract-${Math.random().toString(36).slice(2, 8)}`;
  const signal = AbortSignal.timeout(240_000);
  let connected: { readonly admin: Connection; readonly stranger: Connection } | undefined;

  const here = () => {
    if (connected === undefined) throw new Error('the API was not reached');
    return connected;
  };
  const send = (change: Change, options: { readonly dryRun?: boolean; readonly force?: boolean } = {}): Promise<Sent> =>
    here().admin.writer.send(change, { dryRun: false, ...options }, signal);
  const get = (kind: Kind, objectName: string): Promise<Fetched<KubernetesObject>> =>
    here().admin.reader.look(
      { at: 'get', kind, name: objectName, ...(kind.namespaced ? { namespace: place } : {}) },
      signal,
    );
  const made = async (object: KubernetesObject): Promise<KubernetesObject> =>
    objectOf(await send({ do: 'create', object }));
  const edited = (
    object: KubernetesObject,
    edits: readonly Edit[],
    how: 'patch' | 'status' = 'patch',
  ): Extract<Change, { do: 'patch' | 'status' }> => ({
    do: how,
    ref: ref(kindNamed(object.kind), object.metadata.name, place),
    uid: object.metadata.uid ?? '',
    resourceVersion: object.metadata.resourceVersion ?? '',
    edits,
  });
  const removed = (object: KubernetesObject): Extract<Change, { do: 'delete' }> => ({
    do: 'delete',
    ref: ref(kindNamed(object.kind), object.metadata.name, place),
    uid: object.metadata.uid ?? '',
  });
  /** Controllers write too: reads and tries again until nothing came in between. */
  const untilFitting = async (
    kind: Kind,
    objectName: string,
    change: (now: KubernetesObject) => Change,
  ): Promise<KubernetesObject> => {
    const sent = await until(async () => {
      const answer = await send(change(seenIn(await get(kind, objectName))));
      return answer.ok || answer.why !== 'changed-since' ? answer : undefined;
    });
    return objectOf(sent);
  };
  const plantStatus = (kind: Kind, objectName: string, status: unknown): Promise<KubernetesObject> =>
    untilFitting(kind, objectName, (now) =>
      edited(now, [{ pointer: '/status', from: now['status'], to: status }], 'status'),
    );

  beforeAll(async () => {
    const [admin, stranger] = await Promise.all([connectAs('admin'), connectAs('stranger')]);
    connected = { admin, stranger };
    await made(namespace(place));
    // With controllers it is there a moment later; without, never.
    const account = await send({ do: 'create', object: serviceAccount(place, 'default') });
    expect(account.ok || account.why).toEqual(expect.toBeOneOf([true, 'already-exists']));
  });

  afterAll(async () => {
    if (connected === undefined) return;
    const found = await get(kinds.Namespace, place);
    if (found.ok) await send({ do: 'delete', ref: ref(kinds.Namespace, place), uid: found.value.metadata.uid ?? '' });
    connected.admin.close();
    connected.stranger.close();
  });

  return {
    place,
    signal,
    controllers,
    connectAs,
    get admin() {
      return here().admin;
    },
    get stranger() {
      return here().stranger;
    },
    send,
    get,
    made,
    edited,
    removed,
    untilFitting,
    plantStatus,
  };
}

/** A uid that no object has. */
export const otherUid = '00000000-0000-4000-8000-000000000000';

function kindNamed(name: string): Kind {
  return kinds[name as KindName];
}

/** The object that came back; a refusal fails the test in its own words. */
export function objectOf(sent: Sent): KubernetesObject {
  if (!sent.ok) throw new Error(`refused: ${sent.why}: ${sent.detail}`);
  if (sent.object === undefined) throw new Error('no object came back');
  return sent.object;
}

/** What was read; an unread one fails the test in its own words. */
export function seenIn<T>(fetched: Fetched<T>): T {
  if (!fetched.ok) throw new Error(`not read: ${fetched.why}: ${fetched.detail}`);
  return fetched.value;
}

/** Asks until there is an answer: controllers take their time. The test's own limit ends it. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
