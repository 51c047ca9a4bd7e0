import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mendingOf } from '../../src/commands/mend-here.ts';
import { type OpenPractice, openPractice } from '../../src/commands/open-practice.ts';
import { lookAt, sessionOf } from '../../src/commands/practice-session.ts';
import { keepPuttingBack, type PutBackPlace, putBackDue } from '../../src/commands/put-back.ts';
import type { Session } from '../../src/commands/session.ts';
import { begunOf } from '../../src/core/journal-state.ts';
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

function placeOf(say: PutBackPlace['say']): PutBackPlace {
  const { reader, writer } = opened.connection;
  return { reader, writer, journals: opened.journals, clock: opened.practice.clock, say };
}

async function putBack(): Promise<string> {
  const said: string[] = [];
  await putBackDue(
    placeOf((line) => said.push(line)),
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

test('what is not due yet stays, although something else is', async () => {
  const [known] = await opened.journals.list();
  const begun = known && begunOf(known);
  const intent = known?.records.find((record) => record.record === 'intent');
  if (!begun || !intent) throw new Error('the relaxation is in no journal');
  const { id: _, salt: __, record: ___, ...occasion } = begun;
  const other = await opened.journals.begin({ ...occasion, title: 'another one' });
  const at = opened.clock.now().toISOString();
  await other.append({ ...intent, relaxUntil: '2026-11-23T09:00:00Z' });
  await other.append({ record: 'sent', n: intent.n, at, ok: true });
  opened.practice.advance('20m');
  const said = await putBack();
  expect(said).toContain('put back');
  expect(said).not.toContain('another one');
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

describe('while a command stays open', () => {
  let closing: AbortController;
  let open: Promise<void>;
  let said: string[];
  let heard: (() => void) | undefined;

  /** The next thing that the command is told. */
  const told = () =>
    new Promise<void>((resolve) => {
      heard = resolve;
    });

  function stayOpen(differs: Partial<PutBackPlace> = {}): void {
    closing = new AbortController();
    said = [];
    const place = placeOf((line) => {
      said.push(line);
      heard?.();
    });
    open = keepPuttingBack({ ...place, ...differs }, closing.signal);
  }
  afterEach(async () => {
    closing.abort();
    await open;
  });

  test('what comes due is put back within ten seconds, and said; before that nothing is asked of the cluster', async () => {
    stayOpen();
    const before = opened.practice.requests().length;
    opened.practice.advance('10s');
    await setImmediate();
    expect(opened.practice.requests().length).toBe(before);
    expect((await budget()).minAvailable).toBe(1);

    const next = told();
    opened.practice.advance('15m');
    await next;
    expect(said.join('\n')).toMatch(/^"Let auth-service-pdb keep 1 instead of 2 [^\n]+: put back, /);
    expect(await budget()).toEqual({ minAvailable: 2, note: undefined });
  });

  test('it goes on looking after what was nothing yet', async () => {
    let looked = 0;
    stayOpen({ journals: { ...opened.journals, list: async () => (looked++ === 0 ? [] : opened.journals.list()) } });
    const next = told();
    opened.practice.advance('20m');
    while (looked === 0) await setImmediate();
    await setImmediate();
    opened.practice.advance('10s');
    await next;
    expect((await budget()).minAvailable).toBe(2);
  });

  test('with the command it ends, quietly', async () => {
    stayOpen();
    closing.abort();
    await open;
    opened.practice.advance('20m');
    expect(said).toEqual([]);
    expect((await budget()).minAvailable).toBe(1);
  });

  test('that it cannot look after it any more is said', async () => {
    const list = () => Promise.reject(new Error('the folder is gone'));
    stayOpen({ journals: { ...opened.journals, list } });
    opened.practice.advance('10s');
    await open;
    expect(said).toEqual(['What was relaxed for a while could not be looked after: Error: the folder is gone']);
  });
});
