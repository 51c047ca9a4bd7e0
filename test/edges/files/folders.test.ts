import { expect, test } from 'vitest';
import { foldersOf } from '../../../src/edges/files/folders.ts';

test.each([
  [{}, { config: '/home/ops/.config/orion-setup', state: '/home/ops/.local/state/orion-setup' }],
  [
    { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' },
    { config: '/c/orion-setup', state: '/s/orion-setup' },
  ],
  [
    { XDG_CONFIG_HOME: 'relative', XDG_STATE_HOME: '' },
    { config: '/home/ops/.config/orion-setup', state: '/home/ops/.local/state/orion-setup' },
  ],
])('on Linux, with %o', (env, wanted) => expect(foldersOf(env, '/home/ops', 'linux')).toEqual(wanted));

test('elsewhere the platform’s own folders, unless XDG names others', () => {
  expect(foldersOf({ XDG_STATE_HOME: '/s' }, '/Users/ops', 'darwin')).toEqual({
    config: expect.stringMatching(/orion-setup$/),
    state: '/s/orion-setup',
  });
});
