import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Look, Looker } from '../../src/core/look.ts';
import type { Sent } from '../../src/core/outside/cluster-writer.ts';
import { drainChecks } from '../../src/core/procedures/drain-checks.ts';
import type { DrainEvent } from '../../src/core/procedures/drain-event.ts';
import { type DrainPlan, isCordoned } from '../../src/core/procedures/drain-plan.ts';
import { drain } from '../../src/engine/drain.ts';
import { practiceClock } from '../../src/practice/clock.ts';

/** A node drained in memory: what the watch of the pods knows, and when it knows it, decides whether the next one may go. */
const namespace = 'orion-staging';
const timeoutMs = 60_000;

const pod = (name: string, differs: { readonly in?: string; readonly ready?: boolean } = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid: name, namespace: differs.in ?? namespace, labels: { app: 'auth-service' } },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: differs.ready === false ? 'False' : 'True' }] },
});
const terminating = (object: KubernetesObject): KubernetesObject => ({
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

function draining({
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

test('while the first count of the pods is still on its way, nobody is believed to be replaced', async () => {
  const { running, lists, pass, replace, said, staysCordoned } = draining({ holdLists: true });
  await pass(5000);
  expect(said()).toEqual(['cordoned', 'evicted one']);
  // It was begun before the eviction; what comes after it sees that the pod is ending and nobody has come for it.
  lists.goOn();
  await pass(2000);
  expect(said()).toEqual(['cordoned', 'evicted one']);
  replace('one');
  await pass(1000);
  expect(said()).toEqual(['cordoned', 'evicted one', 'replaced one', 'evicted two']);
  replace('two');
  await pass(10_000);
  expect(said().slice(4)).toEqual(['replaced two', 'uncordoned']);
  const { drained, uncounted } = await running;
  expect(drained).toMatchObject({ stopped: null, ready: { before: 3, lowest: 2 }, evicted: [{}, {}] });
  expect(drained.evicted[0]?.seconds).toBeGreaterThan(6);
  expect(uncounted).toBeUndefined();
  expect(staysCordoned()).toBe(false);
});

test('while the first counts fail, nobody is believed to be replaced', async () => {
  const { world, pass, replace, said } = draining({ failLists: 4 });
  await pass(1100);
  expect(world.failLists).toBe(0);
  expect(said()).toEqual(['cordoned', 'evicted one']);
  await pass(2000);
  expect(said()).toEqual(['cordoned', 'evicted one']);
  replace('one');
  await pass(1000);
  expect(said()).toContain('replaced one');
});

test('a count that was begun before the eviction was answered may hold what is no longer so', async () => {
  const { lists, evictions, pods, pass, replace, said } = draining();
  evictions.hold();
  await pass(100);
  // Somebody deletes the pod, and its replacement is there, when a count is begun; then that one is not ready any more.
  replace('one');
  await pass(300);
  lists.hold();
  await pass(600);
  pods.set('one again', pod('one again', { ready: false }));
  evictions.goOn();
  await pass(1000);
  lists.goOn();
  await pass(2000);
  expect(said()).toEqual(['cordoned', 'evicted one']);
  pods.set('one again', pod('one again'));
  await pass(1000);
  expect(said()).toContain('replaced one');
});

test('one that is still there by its uid, or another that is ending, is no replacement', async () => {
  const { pods, pass, said } = draining();
  await pass(300);
  expect(said()).toEqual(['cordoned', 'evicted one']);
  pods.set('one', pod('one'));
  await pass(1000);
  pods.delete('one');
  pods.set('one again', terminating(pod('one again')));
  await pass(1000);
  expect(said()).toEqual(['cordoned', 'evicted one']);
  pods.set('one again', pod('one again'));
  await pass(1000);
  expect(said()).toContain('replaced one');
});

test('held up until the time is over, it counts once more; nobody else is evicted then', async () => {
  const { running, pods, pass, holdUp, replace, said, staysCordoned } = draining();
  await pass(1000);
  expect(said()).toEqual(['cordoned', 'evicted one']);
  replace('one');
  await holdUp(3_600_000);
  await pass(2000);
  expect(said()).toEqual(['cordoned', 'evicted one', 'replaced one', 'stopped', 'uncordoned']);
  const { drained } = await running;
  expect(drained.stopped).toBe(`the time was over before ${namespace}/two was evicted`);
  expect(pods.get('two')?.metadata.deletionTimestamp).toBeUndefined();
  expect(staysCordoned()).toBe(false);
});

test('one that is not replaced ends it one count after the time is over', async () => {
  const { running, pass, said } = draining();
  await pass(timeoutMs);
  expect(said()).toEqual(['cordoned', 'evicted one']);
  await pass(1000);
  expect(said()).toEqual(['cordoned', 'evicted one', 'stopped', 'uncordoned']);
  expect((await running).drained.stopped).toBe(`${namespace}/one was evicted and not replaced in time`);
});

test('a last count that fails ends it too, and is said', async () => {
  const { running, world, pass } = draining();
  await pass(timeoutMs - 100);
  world.failLists = 3;
  await pass(1000);
  expect((await running).drained.stopped).toMatch(/not replaced in time \(the pods could not be counted: no answer/);
});

test("held up while another's pod is looked at, it looks once more before it is late", async () => {
  const { running, world, pods, pass, holdUp, said } = draining({ evict: [pod('theirs', { in: 'theirs' })] });
  let looks = 0;
  world.onGet = () => {
    looks += 1;
    if (looks !== 2) return;
    void holdUp(3_600_000);
    pods.delete('theirs');
  };
  await pass(10_000);
  expect(said()).toEqual(['cordoned', 'evicted theirs', 'replaced theirs', 'uncordoned']);
  expect(looks).toBe(3);
  expect((await running).drained.stopped).toBeNull();
});

test('what was never counted all the while is not said to have stayed ready', async () => {
  const { running, pass } = draining({ failLists: 100 });
  await pass(3000);
  const { drained, uncounted } = await running;
  expect(drained.stopped).toContain('the pods cannot be counted any more');
  expect(drainChecks(drained, uncounted).find(({ id }) => id === 'stayed-ready')).toMatchObject({
    state: 'not-looked',
    saw: 'no answer in 30 s',
  });
});

test('a watch that breaks ends it at once: the node takes pods again, and the fault is heard', async () => {
  const { running, world, pass, said, staysCordoned } = draining();
  await pass(300);
  world.breakLists = true;
  await pass(2000);
  expect(said()).toEqual(['cordoned', 'evicted one', 'stopped', 'uncordoned']);
  await expect(running).rejects.toThrow('a fault of ours');
  expect(staysCordoned()).toBe(false);
});
