import { setImmediate } from 'node:timers/promises';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Look, Looker } from '../../src/core/look.ts';
import type { Sent } from '../../src/core/outside/cluster-writer.ts';
import type { DrainEvent } from '../../src/core/procedures/drain-event.ts';
import { type DrainPlan, isCordoned } from '../../src/core/procedures/drain-plan.ts';
import { drain } from '../../src/engine/drain.ts';
import { practiceClock } from '../../src/practice/clock.ts';

export const namespace = 'orion-staging';
export const timeoutMs = 60_000;

export const pod = (
  name: string,
  differs: { readonly in?: string; readonly ready?: boolean } = {},
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid: name, namespace: differs.in ?? namespace, labels: { app: 'auth-service' } },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: differs.ready === false ? 'False' : 'True' }] },
});
export const terminating = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, deletionTimestamp: '2026-11-23T05:00:00Z' },
});

/** Answers come back one turn later, and not before `goOn` where they are held. */
function gate() {
  let open = Promise.withResolvers<void>();
  open.resolve();
  return {
    hold: () => {
      open = Promise.withResolvers<void>();
    },
    goOn: () => open.resolve(),
    passed: async () => {
      await open.promise;
      await setImmediate();
    },
  };
}

/** A node that is drained in memory, step by step. */
export function draining({
  evict = [pod('one'), pod('two')],
  failLists = 0,
  holdLists = false,
}: {
  readonly evict?: readonly KubernetesObject[];
  readonly failLists?: number;
  readonly holdLists?: boolean;
} = {}) {
  const clock = practiceClock(new Date('2026-11-23T05:00:00Z'), 0);
  const [lists, evictions] = [gate(), gate()];
  if (holdLists) lists.hold();
  const pods = new Map([...evict, pod('three')].map((one) => [one.metadata.name, one]));
  let node: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'worker', uid: 'worker' },
    spec: {},
  };
  const events: Exclude<DrainEvent, { event: 'watched' }>[] = [];
  const world = { failLists, onGet: () => {}, breakLists: false };

  const answer = async (asked: Look) => {
    if (asked.at === 'list') {
      // What a list holds is what was so when it was begun.
      const seen = [...pods.values()];
      const fails = world.failLists-- > 0;
      await lists.passed();
      if (world.breakLists) throw new Error('a fault of ours');
      return fails ? { ok: false, why: 'timed-out', detail: 'no answer in 30 s' } : { ok: true, value: seen };
    }
    if (asked.at !== 'get') throw new Error(`asked ${asked.at}`);
    const found = asked.kind.kind === 'Node' ? node : pods.get(asked.name);
    if (found !== node) world.onGet();
    return found ? { ok: true, value: found } : { ok: false, why: 'not-found', detail: 'not found' };
  };
  const plan: DrainPlan = {
    is: 'plan',
    node,
    scope: 'own-pods',
    evict,
    stays: [],
    readyBefore: 3,
    wanted: 1,
  };
  const running = drain(
    {
      plan,
      namespace,
      look: answer as unknown as Looker,
      clock,
      writer: {
        send: async (change): Promise<Sent> => {
          if (change.do === 'patch') node = { ...node, spec: { unschedulable: change.edits[0]?.to } };
          if (change.do !== 'evict') return { ok: true, object: undefined };
          const gone = pods.get(change.ref.name);
          if (gone) pods.set(change.ref.name, terminating(gone));
          await evictions.passed();
          return { ok: true, object: undefined };
        },
      },
      log: {
        id: 'abcdef',
        intend: async () => {},
        sent: async () => {},
        undone: async () => {},
        verified: async () => {},
      },
      host: undefined,
      addresses: [],
      unprobed: 'the host is not known',
      timeoutMs,
      emit: (event) => void (event.event !== 'watched' && events.push(event)),
    },
    new AbortController().signal,
  );
  running.catch(() => {});
  return {
    running,
    world,
    lists,
    evictions,
    pods,
    /** The process is held up: time goes on at once, and nothing is done in it. */
    holdUp: async (milliseconds: number) => {
      clock.skip(milliseconds);
      await setImmediate();
    },
    pass: async (milliseconds: number) => {
      for (let passed = 0; passed < milliseconds; passed += 100) {
        clock.skip(100);
        // Two turns: an answer that comes back in one is in before more time passes.
        await setImmediate();
        await setImmediate();
      }
    },
    replace: (name: string) => {
      pods.delete(name);
      pods.set(`${name} again`, pod(`${name} again`));
    },
    said: () => events.map((event) => ('pod' in event ? `${event.event} ${event.pod.split('/')[1]}` : event.event)),
    staysCordoned: () => isCordoned(node),
  };
}
