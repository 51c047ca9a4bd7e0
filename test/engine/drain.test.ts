import { expect, test } from 'vitest';
import { drainChecks } from '../../src/core/procedures/drain-checks.ts';
import { draining, namespace, pod, terminating, timeoutMs } from './draining.ts';

/** A node drained in memory: what the watch of the pods knows, and when it knows it, decides whether the next one may go. */

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
