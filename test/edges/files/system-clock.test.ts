import { expect, test } from 'vitest';
import { systemClock } from '../../../src/edges/clock/system-clock.ts';

test('the clock goes forward, and sleeping takes its time', async () => {
  const before = systemClock.now();
  await systemClock.sleep(15, new AbortController().signal);
  expect(systemClock.now().getTime() - before.getTime()).toBeGreaterThanOrEqual(14);
});

test('an abort ends the sleep with its reason, before and during it', async () => {
  const reason = new Error('interrupted');
  await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const asleep = systemClock.sleep(60_000, controller.signal);
  controller.abort(reason);
  await expect(asleep).rejects.toBe(reason);
});
