import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { runbooks } from '../../../runbooks/index.ts';
import type { Diagnosis } from '../../../src/core/diagnosis.ts';
import { kinds, ref } from '../../../src/core/kubernetes/kinds.ts';
import { parseScenario } from '../../../src/core/scenario.ts';
import { scenarioLooker } from '../../../src/core/scenario-look.ts';
import { diagnose } from '../../../src/engine/diagnose.ts';
import { activeKeys } from '../../../src/views/ink/runbook/active-keys.ts';
import { chainOf } from '../../../src/views/ink/runbook/chain-of.ts';
import { lookWords } from '../../../src/views/ink/runbook/look-words.ts';
import { messageAbout, messageForRights } from '../../../src/views/ink/runbook/message.ts';
import type { Proposal } from '../../../src/views/ink/runbook/props.ts';
import { updateRunbook } from '../../../src/views/ink/runbook/runbook-program.ts';
import {
  type Facts,
  offersOf,
  openingState,
  pageOf,
  type RunbookCommand,
  type RunbookEvent,
  type RunbookState,
} from '../../../src/views/ink/runbook/state.ts';
import { summaryOf } from '../../../src/views/ink/runbook/summary.ts';
import { typedKeys } from '../../../src/views/ink/terminal/key.ts';
import type { Input } from '../../../src/views/ink/terminal/program.ts';

async function diagnosisOf(name: string): Promise<Diagnosis> {
  const file = fileURLToPath(new URL(`../../../runbooks/cert-pending/scenarios/${name}.yaml`, import.meta.url));
  const scenario = parseScenario(readFileSync(file, 'utf8'), file);
  const { name: target, namespace } = scenario.target;
  const [certPending] = runbooks;
  if (!certPending) throw new Error('There is no runbook.');
  const look = scenarioLooker(scenario);
  const { signal } = new AbortController();
  return diagnose(certPending, ref(kinds.Certificate, target, namespace), look, new Date(scenario.now), signal);
}

const describes = { profile: 'eu', context: 'gke-eu-1', server: '', clusterUid: null, namespace: 'orion-staging' };
const facts: Facts = {
  title: 'Certificate stuck',
  describes,
  ground: { namespace: 'orion-staging', context: 'gke-eu-1', environment: 'production' },
  mayMend: true,
  mayUndo: true,
  isPractice: false,
  hasOthers: false,
};

let policy: Diagnosis;
let noRecord: Diagnosis;
beforeAll(async () => {
  [policy, noRecord] = await Promise.all([diagnosisOf('networkpolicy-blocks-solver'), diagnosisOf('dns-no-record')]);
});

type Played = { readonly state: RunbookState; readonly does: readonly RunbookCommand[] };
const key = (name: string): Input => ({ event: 'key', key: { name, text: name.length === 1 ? name : '' } });

function play(events: readonly (RunbookEvent | Input)[], from = openingState(facts)): Played {
  return events.reduce<Played>(
    ({ state, does }, event) => {
      const turn = updateRunbook(state, event);
      return { state: turn.state, does: [...does, ...(turn.does ?? [])] };
    },
    { state: from, does: [] },
  );
}

function proposed(diagnosis: Diagnosis): RunbookEvent {
  const [offer] = offersOf(diagnosis);
  if (!offer) throw new Error('Nothing is offered.');
  const sent = { ok: true, object: undefined } as const;
  const proposal: Proposal = { ...offer, dryRun: offer.remedy.changes.map((change) => ({ change, sent })) };
  return { event: 'mend', of: { event: 'proposed', proposal }, at: 0 };
}

describe('consent', () => {
  const untilAsked = () => [{ event: 'diagnosed', diagnosis: policy } as const, key('enter'), proposed(policy)];

  test('is given only by the very word', () => {
    const wrong = play([...untilAsked(), ...typed('orion-prod'), key('enter')]);
    expect(wrong.does.some((command) => command.do === 'consent')).toBe(false);
    const right = play([...typed('orion-staging'), key('enter')], wrong.state);
    expect(right.does).toEqual([{ do: 'consent', yes: true }]);
  });

  test('is never given by leaving or going back, at any point', () => {
    for (const name of ['escape', 'ctrl-c']) {
      const { does } = play([...untilAsked(), ...typed('orion-staging'), key(name)]);
      expect(does.filter((command) => command.do === 'consent')).toEqual([{ do: 'consent', yes: false }]);
    }
  });

  test('is refused where the operator went back while the server was still asked', () => {
    const { does } = play([{ event: 'diagnosed', diagnosis: policy }, key('enter'), key('escape'), proposed(policy)]);
    expect(does.at(-1)).toEqual({ do: 'consent', yes: false });
  });

  test('a letter that is typed is no key', () => {
    const { state } = play([...untilAsked(), ...typed('quse')]);
    expect(pageOf(state)).toMatchObject({ at: 'before', field: { before: 'quse' } });
    expect(state.over).toBeUndefined();
  });

  test('a pasted page presses no keys', () => {
    const { state, does } = play([
      { event: 'diagnosed', diagnosis: policy },
      { event: 'pasted', text: 'q\r\n1\r\n' },
    ]);
    expect(pageOf(state).at).toBe('verdict');
    expect(does).toEqual([]);
  });
});

describe('what is only done by hand', () => {
  test('is shown by Enter, and the server is not asked', () => {
    const { state, does } = play([{ event: 'diagnosed', diagnosis: noRecord }, key('enter')]);
    expect(pageOf(state).at).toBe('by-hand');
    expect(does).toEqual([]);
  });

  test('without a cluster so is everything', () => {
    const evidence = openingState({ ...facts, mayMend: false });
    const { state } = play([{ event: 'diagnosed', diagnosis: policy }, key('enter')], evidence);
    expect(pageOf(state).at).toBe('by-hand');
  });
});

test('leaving while a request is on its way takes a second Ctrl-C', () => {
  const doing = play([{ event: 'diagnosed', diagnosis: policy }, key('enter'), proposed(policy)]);
  const sent = play([...typed('orion-staging'), key('enter'), key('ctrl-c')], doing.state);
  expect(sent.state.over).toBeUndefined();
  expect(play([key('ctrl-c')], sent.state).state.over).toBe('interrupted');
});

test('the summary says what was not done', () => {
  expect(summaryOf(play([{ event: 'diagnosed', diagnosis: noRecord }]).state)).toBe(
    'auth-tls-cert in orion-staging: problem: The host name has no address [dns-no-record]. Nothing was changed.',
  );
});

test('every key that is active on the verdict leads somewhere', () => {
  const { state } = play([{ event: 'diagnosed', diagnosis: policy }]);
  expect(activeKeys(state)).toEqual(
    expect.arrayContaining(['evidence', 'ruled-out', 'message', 'by-hand', 'save', 'quit']),
  );
});

test('the chain says where it is stuck, and what is seen there', () => {
  const chain = chainOf(noRecord);
  expect(chain?.links.map(({ name, mark, stuck }) => [name, mark, stuck ?? false])).toEqual([
    ['Certificate', 'waiting', false],
    ['Request', 'waiting', false],
    ['Order', 'waiting', false],
    ['Challenge', 'broken', true],
  ]);
  expect(chain?.sides).toEqual([
    { from: 'in cluster', mark: 'broken', says: 'self-check no such host' },
    { from: 'from here', mark: 'broken', says: 'DNS no address' },
  ]);
});

test('a message names the team, what was seen, and what is asked for', () => {
  const [finding] = noRecord.findings;
  if (!finding) throw new Error('Nothing was found.');
  const message = messageAbout(finding, noRecord, describes).join('\n');
  expect(message).toMatch(/^To: the DNS team\nSubject: The host name has no address/);
  expect(message).toContain('auth-staging.example.org.  A  203.0.113.9');
});

test('where the right to look is missing, the message asks for it', async () => {
  const message = messageForRights(await diagnosisOf('issuer-not-ready-unread'), describes).join('\n');
  expect(message).toContain('- list clusterissuers.cert-manager.io');
});

test.each([
  ['list acme.cert-manager.io/v1 Challenge in orion-staging', 'Challenges in orion-staging'],
  ['list networking.k8s.io/v1 NetworkPolicy in a', 'NetworkPolicies in a'],
  ['list networking.k8s.io/v1 IngressClass', 'IngressClasses'],
  ['tcp 203.0.113.9 80', 'port 80 of 203.0.113.9, from here'],
])('%s reads %s', (name, words) => {
  expect(lookWords(name)).toBe(words);
});

test('what somebody changed since is taken back by a typed word only, on staging too', () => {
  const staging = openingState({ ...facts, ground: { ...facts.ground, environment: 'staging' } });
  const contested = {
    way: 'changed-since',
    n: 1,
    object: 'PodDisruptionBudget/a',
    differences: [{ pointer: '/spec/minAvailable', from: 2, to: 3, now: 1 }],
  } as const;
  const asking: RunbookState = {
    ...staging,
    pages: [{ at: 'before-undo', id: '7f3a', ways: [contested], field: { before: '', after: '' }, problem: '' }],
  };
  expect(play([key('enter')], asking)).toMatchObject({
    does: [],
    state: { pages: [{ problem: 'Nothing is done before orion-staging is typed.' }] },
  });
  const agreed = play([...typed('orion-staging'), key('enter')], asking);
  expect(agreed.does).toEqual([{ do: 'take-back', id: '7f3a' }]);
  expect(pageOf(agreed.state).at).toBe('undoing');
});

function typed(text: string): readonly Input[] {
  return typedKeys(text).map((one) => ({ event: 'key', key: one }));
}
