import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { mendingOf } from '../../src/commands/mend-here.ts';
import { type OpenPractice, openPractice } from '../../src/commands/open-practice.ts';
import { lookAt, sessionOf } from '../../src/commands/practice-session.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { Io } from '../../src/core/outside/io.ts';
import { parseScenario } from '../../src/core/scenario.ts';
import { mend } from '../../src/engine/mend.ts';
import { root } from './built-command.ts';

/** While the real CA takes no tries, a throw-away certificate of the test CA proves the way; nothing of it stays, and no limit is spent. */
const { signal } = new AbortController();
const io = { signal } as Io;
let opened: OpenPractice;
afterEach(() => opened.close());

test.each(['acme-rate-limited-exact-set', 'acme-rate-limited-failed-authz-production'])('%s', async (name) => {
  const path = join(root, 'runbooks', 'cert-pending', 'scenarios', `${name}.yaml`);
  const scenario = parseScenario(readFileSync(path, 'utf8'), path);
  opened = await openPractice(scenario, 'by-itself', io);
  const session = sessionOf(opened, scenario);
  const happened: string[] = [];

  const { remediation, diagnosis } = await mend(
    {
      ...mendingOf(session),
      consent: async () => true,
      only: 'prove-with-test-ca',
      dryRunOnly: false,
      emit: ({ event }) => happened.push(event),
    },
    await lookAt(session, io),
    signal,
  );

  expect(remediation).toMatchObject({ applied: true, verified: true, undoId: null });
  // The plan is shown before the first change.
  expect(happened.indexOf('proposed')).toBe(0);
  expect(happened.filter((event) => event === 'change-sent')).toHaveLength(4);
  // What it proves is the way, not that the real CA takes tries again: that stays what it is.
  expect(diagnosis.rootCauses).toEqual(scenario.expect?.roots);

  const { namespace } = scenario.target;
  for (const kind of [kinds.Certificate, kinds.CertificateRequest, kinds.Order, kinds.Challenge, kinds.Secret]) {
    const listed = await session.look({ at: 'list', kind, namespace }, signal);
    if (!listed.ok) throw new Error(listed.detail);
    expect(listed.value.map(({ metadata }) => metadata.name).filter((one) => one.includes('canary'))).toEqual([]);
  }
});
