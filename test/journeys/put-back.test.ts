import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mendingOf } from '../../src/commands/mend-here.ts';
import { type OpenPractice, openPractice } from '../../src/commands/open-practice.ts';
import { lookAt, sessionOf } from '../../src/commands/practice-session.ts';
import { putBackDue } from '../../src/commands/put-back.ts';
import type { Session } from '../../src/commands/session.ts';
import { textMapAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { Io } from '../../src/core/outside/io.ts';
import { parseScenario } from '../../src/core/scenario.ts';
import { mend } from '../../src/engine/mend.ts';
import { root } from './built-command.ts';

/** A budget that was relaxed for a while, and its way back, on the practice cluster by the real edge. */
const { signal } = new AbortController();
const io = { signal } as Io;
let opened: OpenPractice;
let session: Session;

beforeEach(async () => {
  const path = join(root, 'runbooks/pdb-blocking/scenarios/pdb-no-headroom-no-room.yaml');
  const scenario = parseScenario(readFileSync(path, 'utf8'), path);
  opened = await openPractice(scenario, 'by-itself', io);
  session = sessionOf(opened, scenario);
  const mended = await mend(
    {
      ...mendingOf(session),
      consent: async () => true,
      only: 'keep-less-for-a-while',
      dryRunOnly: false,
      emit: () => {},
    },
    await lookAt(session, io),
    signal,
  );
  expect(mended.remediation).toMatchObject({ applied: true, verified: true });
});
afterEach(() => opened.close());

async function budget(): Promise<{ readonly minAvailable: unknown; readonly note: string | undefined }> {
  const { namespace = '' } = session.target;
  const look = { at: 'get', kind: kinds.PodDisruptionBudget, namespace, name: 'auth-service-pdb' } as const;
  const seen = await session.look(look, signal);
  if (!seen.ok) throw new Error(seen.detail);
  const { minAvailable } = seen.value['spec'] as { minAvailable: unknown };
  return { minAvailable, note: textMapAt(seen.value, 'metadata.annotations')['orion-setup/relaxed-until'] };
}

async function putBack(): Promise<string> {
  const { reader, writer } = opened.connection;
  const said: string[] = [];
  await putBackDue(
    { reader, writer, journals: opened.journals, clock: opened.clock, say: (line) => said.push(line) },
    signal,
  );
  return said.join('\n');
}

test('it says on the object until when it is relaxed and what it said before, and so does a diagnosis', async () => {
  const now = await budget();
  expect(now.minAvailable).toBe(1);
  expect(now.note).toMatch(/^2026-11-23T05:1[5-9]:\d\dZ minAvailable=2$/);
  expect((await lookAt(session, io)).impact).toMatch(
    /relaxed until 2026-11-23 05:1\d UTC \(then minAvailable=2 again\)$/,
  );
});

test('before its time nothing is done, nor is anything asked of the cluster', async () => {
  const before = opened.practice.requests().length;
  expect(await putBack()).toBe('');
  expect(opened.practice.requests().length).toBe(before);
  expect((await budget()).minAvailable).toBe(1);
});

test('once due it is put back and said; after that there is nothing more to do', async () => {
  opened.practice.advance('20m');
  expect((await lookAt(session, io)).impact).toContain('overdue since');
  expect(await putBack()).toMatch(/was until 2026-11-23 05:1\d UTC: put back, PodDisruptionBudget\/auth-service-pdb/);
  expect(await budget()).toEqual({ minAvailable: 2, note: undefined });
  const before = opened.practice.requests().length;
  expect(await putBack()).toBe('');
  expect(opened.practice.requests().length).toBe(before);
});

test('what somebody changed since is left as it is, and said', async () => {
  opened.practice.patchObject('PodDisruptionBudget/auth-service-pdb', { spec: { minAvailable: 0 } });
  opened.practice.advance('20m');
  expect(await putBack()).toMatch(/was changed by others since and is left as it is/);
  expect((await budget()).minAvailable).toBe(0);
});

test('a budget that is gone needs no way back', async () => {
  opened.practice.patchObject('PodDisruptionBudget/auth-service-pdb', null);
  opened.practice.advance('20m');
  expect(await putBack()).toMatch(/there is nothing to put back/);
  expect(await putBack()).toBe('');
});
