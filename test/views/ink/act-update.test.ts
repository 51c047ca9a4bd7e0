import { describe, expect, test } from 'vitest';
import type { Consent } from '../../../src/core/consent.ts';
import { ExpectedStop } from '../../../src/core/failure.ts';
import type { Act, ActFace } from '../../../src/views/ink/act/act.ts';
import { actKeys } from '../../../src/views/ink/act/act-keys.ts';
import { actProgram } from '../../../src/views/ink/act/act-program.ts';
import { nameOfKey } from '../../../src/views/ink/keys.ts';
import { type Key, typedKeys } from '../../../src/views/ink/terminal/key.ts';
import { runProgram } from '../../../src/views/ink/terminal/program.ts';

type Told = 'sent' | 'answered';
type Content = { readonly told: readonly Told[] };

/** A command that asks once, sends one request, and ends. */
function opened(run: (face: ActFace<Told>, signal: AbortSignal) => Promise<void>) {
  const act: Act<Content, Told> = {
    title: 'Deploy staging',
    about: '',
    initial: { told: [] },
    told: (content, told) => ({ told: [...content.told, told] }),
    rows: (_, phase) => (phase === 'asking' ? ['one', 'two'] : []),
    beginsOpen: () => false,
    isSending: ({ told }) => told.at(-1) === 'sent',
    onward: () => [{ key: 'roll-back', to: 'rollback' }],
    run,
  };
  const store = runProgram(actProgram(act, () => new Date(0)));
  // By somebody who looks at what is asked before the next key.
  const send = (key: Key) => {
    store.drawn(store.state());
    store.send({ event: 'key', key });
  };
  const press = (...names: readonly string[]) => {
    for (const name of names) send({ name, text: '' });
  };
  const type = (text: string) => {
    for (const key of typedKeys(text)) send(key);
  };
  const keys = () => actKeys(act, store.state()).map(nameOfKey);
  return { store, press, type, keys };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const typed: Consent = { by: 'typing', words: ['orion-prod'] };
const declined = new ExpectedStop('operator-said-no', 'Nothing was changed.');

describe('before a change', () => {
  const asking = (wanted: Consent, answers: boolean[] = []) =>
    opened(async (face) => {
      const yes = await face.consents(wanted, 'apply it');
      answers.push(yes);
      if (!yes) throw declined;
    });

  test('a key pressed while it looks does not agree to what comes then', async () => {
    const answers: boolean[] = [];
    const { store, press } = asking({ by: 'enter' }, answers);
    expect(store.state().phase).toBe('asking');
    const looking = opened(() => new Promise(() => {}));
    looking.press('enter');
    expect(looking.store.state().phase).toBe('working');
    press('enter');
    await settled();
    expect(answers).toEqual([true]);
  });

  test('a key that comes before the question is on the screen agrees to nothing', async () => {
    const answers: boolean[] = [];
    const { store, press } = asking({ by: 'enter' }, answers);
    store.send({ event: 'key', key: { name: 'enter', text: '' } });
    await settled();
    expect(store.state().phase).toBe('asking');
    press('enter');
    await settled();
    expect(answers).toEqual([true]);
  });

  test('production wants its namespace: Enter alone, and another word, change nothing', async () => {
    const answers: boolean[] = [];
    const { store, press, type, keys } = asking(typed, answers);
    // Letters are letters here: no key of a letter works.
    expect(keys()).toEqual(['back', 'enter', 'choose', 'unfold', 'page']);
    press('enter');
    expect(store.state()).toMatchObject({ phase: 'asking', problem: 'Nothing is done before orion-prod is typed.' });
    type('orion-staging\r');
    expect(store.state().problem).toContain('That is not orion-prod');
    expect(answers).toEqual([]);
    type('orion-prod\r');
    await settled();
    expect(answers).toEqual([true]);
    expect(store.state().phase).toBe('ended');
  });

  test('esc is a no, and the screens close with it', async () => {
    const answers: boolean[] = [];
    const { store, press } = asking(typed, answers);
    press('escape');
    await settled();
    expect(answers).toEqual([false]);
    expect(store.state().over).toBe('left');
  });

  test('tab opens the row that is chosen', () => {
    const { store, press } = asking({ by: 'enter' });
    press('down', 'tab');
    expect([...store.state().toggled]).toEqual([1]);
    press('tab');
    expect([...store.state().toggled]).toEqual([]);
  });
});

describe('while it is done', () => {
  const sending = () => {
    const heard: string[] = [];
    let face: ActFace<Told> | undefined;
    const program = opened(async (given, signal) => {
      face = given;
      await given.consents({ by: 'enter' }, 'apply it');
      given.tell('sent');
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          heard.push('stopped');
          reject(signal.reason);
        });
      });
    });
    return { ...program, heard, tell: (told: Told) => face?.tell(told) };
  };

  test('Ctrl-C lets the request that is on its way be answered first', async () => {
    const { store, press, heard, tell } = sending();
    press('enter');
    await settled();
    press('ctrl-c');
    expect(heard).toEqual([]);
    expect(store.state().notice).toContain('A request is on its way');
    tell('answered');
    expect(heard).toEqual(['stopped']);
    await settled();
    expect(store.state().over).toBe('interrupted');
  });

  test('a second Ctrl-C leaves at once; esc and q do nothing', async () => {
    const { store, press, heard } = sending();
    press('enter');
    await settled();
    press('escape', 'q');
    expect(store.state()).toMatchObject({ phase: 'doing', over: undefined });
    press('ctrl-c', 'ctrl-c');
    expect(store.state().over).toBe('interrupted');
    expect(heard).toEqual(['stopped']);
  });
});

test('what stopped it stays in sight, with what to do next', async () => {
  const { store, keys, press } = opened(async () => {
    throw new ExpectedStop('refused', 'Production comes after staging.', ['orion-setup deploy staging']);
  });
  await settled();
  expect(store.state()).toMatchObject({
    phase: 'stopped',
    failure: { message: 'Production comes after staging.', next: ['orion-setup deploy staging'] },
  });
  expect(keys()).toContain('back');
  press('escape');
  expect(store.state().over).toBe('left');
});

test('the end leads on by its own key', async () => {
  const { store, press } = opened(async () => {});
  await settled();
  press('b');
  expect(store.state().over).toEqual({ to: 'rollback' });
});

test('what is chosen from a list is what the command goes on with; esc there is no choice', async () => {
  const picked: (string | undefined)[] = [];
  const { press } = opened(async (face) => {
    const rows = [
      { id: '3', title: 'Set 3' },
      { id: '2', title: 'Set 2' },
    ];
    picked.push(await face.choose('Where to?', rows), await face.choose('Where to?', rows));
  });
  press('down', 'enter');
  await settled();
  press('escape');
  await settled();
  expect(picked).toEqual(['2', undefined]);
});
