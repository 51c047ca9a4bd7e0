import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openPractice } from '../../src/commands/open-practice.ts';
import { ExpectedStop } from '../../src/core/failure.ts';
import { startPractice } from '../../src/practice/practice.ts';
import { hearing } from '../journeys/hearing.ts';

/** A practice cluster that does not come to stand leaves nothing: a server that still listens would keep the process from ending. */
let place: string;
let servers: Server[];
const begins = 'tracing:net.server.listen:asyncEnd';
const keep = (message: unknown): void => {
  servers.push((message as { readonly server: Server }).server);
};
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'orion-setup-opening-'));
  vi.stubEnv('TMPDIR', place);
  servers = [];
  subscribe(begins, keep);
});
afterEach(() => {
  unsubscribe(begins, keep);
  vi.unstubAllEnvs();
  for (const server of servers) server.close();
  rmSync(place, { recursive: true, force: true });
});
const listening = (): readonly boolean[] => servers.map((server) => server.listening);

test.each(['watched', 'by-itself'] as const)('interrupted while it starts, %s: nothing is left', async (pace) => {
  const interrupted = new ExpectedStop('interrupted', 'Interrupted.');
  const { io } = hearing({ cwd: place, signal: AbortSignal.abort(interrupted) });
  await expect(openPractice('empty', pace, io)).rejects.toBe(interrupted);
  expect(listening()).toEqual([false]);
  expect(readdirSync(place)).toEqual([]);
});

test('opened, it is there until it is closed', async () => {
  const opened = await openPractice('empty', 'by-itself', hearing({ cwd: place }).io);
  expect(listening()).toEqual([true]);
  expect(readdirSync(place)).toHaveLength(1);
  await opened.close();
  expect(listening()).toEqual([false]);
  expect(readdirSync(place)).toEqual([]);
});

test('where its kubeconfig cannot be written, no server is left', async () => {
  const dir = join(place, 'not-there');
  await expect(startPractice({ scenario: 'empty', speed: 0, dir })).rejects.toMatchObject({ code: 'ENOENT' });
  expect(listening()).toEqual([false]);
});
