// Draws screens as pictures, dark and light: node tools/pictures.mjs [FOLDER [NAME]]. The one in the README is docs/pictures/cause.svg.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled, removeBundles } from '../test/terminal/bundle.ts';
import { dark, light, pngOf, svgOf } from '../test/terminal/picture.ts';
import { launch, press } from '../test/terminal/terminal.ts';
import { dayTwoScenes } from './day-two-scenes.mjs';

const checked = /Checked \d+ of/;
const root = fileURLToPath(new URL('..', import.meta.url));
const scenario = (name) => join(root, `runbooks/cert-pending/scenarios/${name}.yaml`);
const policy = (environment) => [scenario('networkpolicy-blocks-solver'), environment, scenario('healthy')];
const wizard = ['', '', '', './k8s', 'ghcr.io/example/auth-service:1.4.2', '']
  .concat(Array(2).fill(['postgres://u:p@db.data.svc/a', 'redis://:p@redis.data.svc', '']).flat())
  .map((one) => `${one}${press.enter}`)
  .join('');
const toPlan = [
  [wizard, 'Which domain'],
  [`example-company.de${press.enter}${press.enter.repeat(5)}`, 'Apply the ClusterIssuers'],
];

const tour = (answers, shows) => [
  ['', 'The tour, in two parts'],
  [press.enter, 'Which cluster'],
  [press.enter.repeat(answers), shows],
];
const toTourPlan = tour(13, 'Apply the ClusterIssuers');
const toVerified = [
  ...toTourPlan,
  [press.enter, 'It should work here'],
  [press.enter, 'Apply staging'],
  [press.enter, 'Set up and verified'],
];
const others = [
  ['', 'look what is wrong'],
  [press.enter, checked],
];

/** name, fixture (or `command`, the built one), arguments, [columns, rows], then keys and what shows once they worked. */
const scenes = [
  ['cause', 'runbook', policy('staging'), [80, 24], [['', checked]]],
  ['cause-wide', 'runbook', policy('staging'), [140, 32], [['', checked]]],
  ['cause-narrow', 'runbook', policy('staging'), [40, 20], [['', 'What helps']]],
  ['cause-low', 'runbook', policy('staging'), [60, 15], [['', 'Usually mended']]],
  ['dns', 'runbook', [scenario('dns-no-record'), 'production'], [80, 24], [['', checked]]],
  [
    'message',
    'runbook',
    [scenario('dns-no-record'), 'staging'],
    [80, 24],
    [
      ['', checked],
      ['m', 'To: the DNS team'],
    ],
  ],
  [
    'evidence',
    'runbook',
    policy('staging'),
    [80, 24],
    [
      ['', checked],
      ['e', 'wanted'],
    ],
  ],
  [
    'ruled-out',
    'runbook',
    policy('staging'),
    [80, 24],
    [
      ['', checked],
      ['r', 'Ruled out'],
    ],
  ],
  [
    'help',
    'runbook',
    policy('staging'),
    [80, 24],
    [
      ['', checked],
      ['?', 'what was seen, and where'],
    ],
  ],
  [
    'before-production',
    'runbook',
    policy('production'),
    [80, 24],
    [
      ['', checked],
      [press.enter, 'This is production.'],
      ['orion-st', 'orion-st▌'],
    ],
  ],
  [
    'before-patch',
    'runbook',
    [scenario('solver-ingress-class-mismatch-field'), 'staging'],
    [80, 24],
    [
      ['', checked],
      [press.enter, 'the server agrees'],
    ],
  ],
  [
    'doing',
    'runbook',
    [scenario('networkpolicy-blocks-solver'), 'staging'],
    [80, 24],
    [
      ['', checked],
      [press.enter, 'the server agrees'],
      [press.enter, 'Watching'],
    ],
  ],
  [
    'after',
    'runbook',
    policy('staging'),
    [80, 24],
    [
      ['', checked],
      [press.enter, 'the server agrees'],
      [press.enter, 'Mended'],
    ],
  ],
  ['waiting', 'runbook', [scenario('issuance-backoff'), 'staging'], [80, 24], [['', 'Next try in']]],
  ['incomplete', 'runbook', [scenario('issuer-not-ready-unread'), 'staging'], [80, 24], [['', 'needs the right']]],
  ['unrecognised', 'runbook', [scenario('unrecognised'), 'none'], [80, 24], [['', 'not in a way']]],
  ['healthy', 'runbook', [scenario('healthy'), 'staging'], [80, 24], [['', 'Healthy']]],
  [
    'setup-domain',
    'setup',
    [],
    [80, 24],
    [
      [wizard, 'Which domain'],
      ['exa mple.org\r', '✗'],
    ],
  ],
  [
    'setup-unready',
    'setup',
    [],
    [80, 24],
    [
      [wizard, 'Which domain'],
      [`example-company.de\r`, 'does not lead'],
    ],
  ],
  ['setup-plan', 'setup', [], [80, 24], toPlan],
  ['setup-wide', 'setup', [], [120, 30], toPlan],
  ['setup-waiting', 'setup', [], [80, 24], [...toPlan, [press.enter, 'Waiting until it is ready']]],
  ['home', 'home', [], [80, 24], [['', 'Practise']]],
  ['tour', 'command', ['practice'], [80, 24], [['', 'The tour, in two parts']]],
  ['tour-narrow', 'command', ['practice'], [40, 20], [['', 'The tour, in two parts']]],
  ['tour-image', 'command', ['practice'], [80, 24], tour(3, 'Which image')],
  ['tour-secret', 'command', ['practice'], [80, 24], tour(6, 'The Redis URL')],
  ['tour-secret-narrow', 'command', ['practice'], [40, 20], tour(6, 'Redis')],
  ['tour-callers-wide', 'command', ['practice'], [200, 50], tour(9, 'namespaces')],
  ['tour-plan', 'command', ['practice'], [80, 24], toTourPlan],
  ['tour-plan-narrow', 'command', ['practice'], [40, 20], toTourPlan],
  ['tour-plan-low', 'command', ['practice'], [60, 15], toTourPlan],
  ['tour-plan-wide', 'command', ['practice'], [200, 50], toTourPlan],
  ['tour-plan-ascii', 'command', ['practice'], [80, 24], toTourPlan, { LC_ALL: 'C', NO_COLOR: '1' }],
  ['tour-fit', 'command', ['practice'], [80, 24], [...toTourPlan, [press.enter, 'It should work here']]],
  [
    'tour-waiting',
    'command',
    ['practice'],
    [80, 24],
    [...toVerified.slice(0, -1), [press.enter, 'auth-tls-cert: Issuing']],
  ],
  ['tour-verified', 'command', ['practice'], [80, 24], toVerified],
  ['tour-verified-wide', 'command', ['practice'], [200, 50], toVerified],
  ['tour-verified-narrow', 'command', ['practice'], [40, 20], toVerified],
  ['tour-called', 'command', ['practice'], [80, 24], [...toVerified, [press.enter, 'five to three']]],
  ['story', 'command', ['practice', 'dns-no-record'], [80, 24], others.slice(0, 1)],
  ['story-cause', 'command', ['practice', 'dns-no-record'], [80, 24], others],
  ['story-others', 'command', ['practice', 'dns-no-record'], [80, 24], [...others, ['o', 'What others do']]],
  [
    'story-others-narrow',
    'command',
    ['practice', 'dns-no-record'],
    [40, 20],
    [others[0], [press.enter, 'What helps'], ['o', 'What others do']],
  ],
  ['story-yours', 'command', ['practice', 'dns-missing-then-policy'], [80, 24], [...others, ['o', 'What others do']]],
  ...dayTwoScenes,
  ['ascii', 'runbook', policy('staging'), [80, 24], [['', checked]], { LC_ALL: 'C', NO_COLOR: '1' }],
];

const [given, only = ''] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), 'pictures-'));
mkdirSync(folder, { recursive: true });
const programs = new Map();
const built = join(root, 'bin/orion-setup.cjs');
for (const [name, fixture, args, [columns, rows], steps, env = {}] of scenes) {
  if (!name.includes(only)) continue;
  if (!programs.has(fixture)) programs.set(fixture, fixture === 'command' ? built : await bundled(fixture));
  const home = { HOME: folder, TMPDIR: folder, KUBECONFIG: undefined };
  const terminal = launch(process.execPath, [programs.get(fixture), ...args], {
    columns,
    rows,
    env: { ...(fixture === 'command' ? home : {}), ...env },
  });
  for (const [keys, shows] of steps) {
    if (keys !== '') terminal.type(keys);
    await terminal.shows(shows);
  }
  await terminal.quiet(200);
  for (const [shade, palette] of Object.entries({ dark, light })) {
    const svg = svgOf(terminal.emulator, palette);
    writeFileSync(join(folder, `${name}-${shade}.png`), pngOf(svg));
    if (name === 'cause' && shade === 'dark') {
      mkdirSync(join(root, 'docs/pictures'), { recursive: true });
      writeFileSync(join(root, 'docs/pictures/cause.svg'), svg);
    }
  }
  terminal.kill();
}
removeBundles();
console.log(folder);
