// The scenes of tools/pictures.mjs that come after set-up: deploy, rollback, tests, history. Each at the sizes that a layout must hold.
import { press } from '../test/terminal/terminal.ts';

const sizes = { '': [80, 24], '-narrow': [40, 20], '-wide': [200, 50] };
const bare = { LC_ALL: 'C', NO_COLOR: '1' };

/** One scene at every size, and without colour in ASCII. */
const everywhere = (name, fixture, args, steps) => [
  ...Object.entries(sizes).map(([suffix, size]) => [`${name}${suffix}`, fixture, args, size, steps]),
  [`${name}-ascii`, fixture, args, [80, 24], steps, bare],
];

const shown = ['', 'already as they'];
export const dayTwoScenes = [
  ...everywhere('diff', 'deploy', ['diff', 'staging'], [shown]),
  ...everywhere('deploy-asking', 'deploy', ['deploy', 'production'], [shown, ['orion', /orion(▌|_|\|)/]]),
  ...everywhere('deploy-large', 'deploy', ['deploy', 'staging', 'large'], [shown, [press.tab, 'line 4 of']]),
  ...everywhere('deploy-doing', 'deploy', ['deploy', 'staging'], [shown, [press.enter, 'Waiting until']]),
  ...everywhere('deploy-ended', 'deploy', ['deploy', 'staging'], [shown, [press.enter, 'Done and verified']]),
  ...everywhere('deploy-refused', 'deploy', ['deploy', 'production', 'gate'], [['', 'comes after']]),
  ...everywhere('rollback-choosing', 'deploy', ['rollback', 'staging'], [['', 'by jo']]),
  ...everywhere('history-list', 'history', ['list'], [['', 'Interrupted; one']]),
  ...everywhere(
    'history-one',
    'history',
    ['list'],
    [
      ['', 'Interrupted; one'],
      [press.enter, 'kim@example.org'],
    ],
  ),
  ...everywhere(
    'undo-asking',
    'history',
    ['undo'],
    [
      ['', 'somebody else wrote'],
      ['orion', /orion(▌|_|\|)/],
    ],
  ),
  ...everywhere(
    'undo-done',
    'history',
    ['undo'],
    [
      ['', 'somebody else wrote'],
      [`orion-staging${press.enter}`, 'Taken back.'],
    ],
  ),
  ...everywhere('test-filling', 'test', ['filling'], [['', 'looking']]),
  ...everywhere('test-table', 'test', ['table'], [['', 'problem was found']]),
  ...everywhere('test-asking', 'test', ['real'], [['', 'for a trial']]),
  ...everywhere(
    'test-doing',
    'test',
    ['real'],
    [
      ['', 'for a trial'],
      [`orion-staging${press.enter}`, '41 of 41'],
    ],
  ),
  ...everywhere(
    'test-ended',
    'test',
    ['real'],
    [
      ['', 'for a trial'],
      [`orion-staging${press.enter}`, '60 of 60'],
    ],
  ),
  ['deploy-help', 'deploy', ['deploy', 'staging'], [80, 24], [shown, ['?', 'opens what is chosen']]],
];
