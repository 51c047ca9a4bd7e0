import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mendingOf } from '../../src/commands/mend-here.ts';
import { type OpenPractice, openPractice } from '../../src/commands/open-practice.ts';
import { lookAt, sessionOf } from '../../src/commands/practice-session.ts';
import type { Session } from '../../src/commands/session.ts';
import { takeBackAll } from '../../src/commands/take-back-all.ts';
import { begunOf, sentenceOf, stateOf, undoOf } from '../../src/core/journal-state.ts';
import type { Io } from '../../src/core/outside/io.ts';
import { parseScenario } from '../../src/core/scenario.ts';
import { type Mended, type Mending, mend } from '../../src/engine/mend.ts';
import { waysBack } from '../../src/engine/undo.ts';
import { root } from './built-command.ts';

/** Mending and taking back, on the practice cluster by the real edge; what goes wrong on the way is put in at the writer. */
const { signal } = new AbortController();
const io = { signal } as Io;
let opened: OpenPractice;
let session: Session;

async function open(name: string): Promise<void> {
  const path = join(root, 'runbooks', 'cert-pending', 'scenarios', `${name}.yaml`);
  const scenario = parseScenario(readFileSync(path, 'utf8'), path);
  opened = await openPractice(scenario, 'by-itself', io);
  session = sessionOf(opened, scenario);
}

beforeEach(() => open('networkpolicy-blocks-solver'));
afterEach(() => opened.close());

const writes = (): readonly string[] =>
  opened.practice
    .requests()
    .filter(({ verb, dryRun }) => ['create', 'patch', 'update', 'delete'].includes(verb) && !dryRun)
    .map(({ verb, path }) => `${verb} ${path}`);

async function mendWith(differs: Partial<Mending> = {}): Promise<Mended> {
  const mending: Mending = {
    ...mendingOf(session),
    consent: async () => true,
    only: undefined,
    dryRunOnly: false,
    emit: () => {},
    ...differs,
  };
  return mend(mending, await lookAt(session, io), signal);
}

test('a no changes nothing', async () => {
  const { remediation } = await mendWith({ consent: async () => false });
  expect(remediation).toMatchObject({ applied: false, verified: false, undoId: null });
  expect(writes()).toEqual([]);
});

test('a dry run only shows', async () => {
  const { remediation } = await mendWith({ dryRunOnly: true });
  expect(remediation).toMatchObject({
    applied: false,
    steps: [{ step: 'dry run of create NetworkPolicy/allow-acme-http01-solver', result: 'done' }],
  });
  expect(writes()).toEqual([]);
});

test('what the server refuses in the dry run is not tried', async () => {
  const writer = { send: async () => ({ ok: false, why: 'denied', detail: 'a policy says no' }) as const };
  const { remediation } = await mendWith({ writer });
  expect(remediation).toMatchObject({ applied: false, steps: [{ result: 'refused', detail: 'a policy says no' }] });
  expect(writes()).toEqual([]);
});

test('an object that changed in between is looked at again, then mended', async () => {
  await opened.close();
  await open('issuer-not-found-typo');
  let stale = 1;
  const { writer } = opened.connection;
  const late: Mending['writer'] = {
    send: async (change, options, when) =>
      stale-- > 0
        ? { ok: false, why: 'changed-since', detail: 'the object has been modified' }
        : writer.send(change, options, when),
  };
  const { remediation, diagnosis } = await mendWith({ writer: late });
  expect(remediation).toMatchObject({ applied: true, verified: true });
  expect(diagnosis.outcome).toBe('healthy');
});

test('mended, proved, taken back: the way back was on disk before the change', async () => {
  const seen: string[] = [];
  const { writer } = opened.connection;
  const watching: Mending['writer'] = {
    send: async (change, options, when) => {
      if (!options.dryRun) {
        const [journal] = await opened.journals.list();
        seen.push(journal ? stateOf(journal).is : 'no journal');
      }
      return writer.send(change, options, when);
    },
  };
  const { remediation } = await mendWith({ writer: watching });
  expect(seen).toEqual(['unclear']);
  expect(remediation).toMatchObject({ applied: true, verified: true });

  const journal = await opened.journals.read(remediation?.undoId ?? '');
  const begun = journal && begunOf(journal);
  if (!journal || !begun || !session.cluster) throw new Error('no journal');
  const ways = await waysBack(undoOf(journal.records), session.cluster.reader, signal);
  expect(ways).toMatchObject([{ way: 'open', change: { do: 'delete' } }]);
  await takeBackAll({ ...session.cluster, clock: opened.clock }, begun, ways, signal);
  const after = await opened.journals.read(begun.id);
  expect(after && sentenceOf(after)).toBe('Taken back.');
  expect(await waysBack(undoOf(journal.records), session.cluster.reader, signal)).toMatchObject([
    { way: 'not-needed' },
  ]);
});

test('what somebody changed since is not overwritten: the three versions are shown', async () => {
  await opened.close();
  await open('issuer-not-found-typo');
  const { remediation } = await mendWith();
  opened.practice.patchObject('Certificate/orion-staging/auth-tls-cert', { spec: { issuerRef: { name: 'another' } } });
  const journal = await opened.journals.read(remediation?.undoId ?? '');
  if (!journal || !session.cluster) throw new Error('no journal');
  const [way] = await waysBack(undoOf(journal.records), session.cluster.reader, signal);
  expect(way).toMatchObject({
    way: 'changed-since',
    object: 'Certificate/auth-tls-cert',
    differences: [{ pointer: '/spec/issuerRef', now: { name: 'another' } }],
  });
});
