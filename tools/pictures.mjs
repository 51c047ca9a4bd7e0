// Draws screens as pictures, dark and light: node tools/pictures.mjs [FOLDER]. The one in the README is docs/pictures/cause.svg.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled, removeBundles } from '../test/terminal/bundle.ts';
import { dark, light, pngOf, svgOf } from '../test/terminal/picture.ts';
import { launch, press } from '../test/terminal/terminal.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const scenario = (name) => join(root, `runbooks/cert-pending/scenarios/${name}.yaml`);
const policy = (environment) => [scenario('networkpolicy-blocks-solver'), environment, scenario('healthy')];
const wizard = ['', '', '', './k8s', 'ghcr.io/example/auth-service:1.4.2', '']
  .concat(Array(2).fill(['postgres://u:p@db.data.svc/a', 'redis://:p@redis.data.svc', '']).flat())
  .map((one) => `${one}${press.enter}`)
  .join('');
const toPlan = [
  [wizard, 'Which domain'],
  [`example-company.de${press.enter}${press.enter.repeat(4)}`, 'Apply the ClusterIssuers'],
];
const checked = /Checked \d+ of/;

/** name, fixture, arguments, [columns, rows], then keys and what shows once they worked. */
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
  ['ascii', 'runbook', policy('staging'), [80, 24], [['', checked]], { LC_ALL: 'C', NO_COLOR: '1' }],
];

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'pictures-'));
mkdirSync(folder, { recursive: true });
const programs = new Map();
for (const [name, fixture, args, [columns, rows], steps, env = {}] of scenes) {
  if (!programs.has(fixture)) programs.set(fixture, await bundled(fixture));
  const terminal = launch(process.execPath, [programs.get(fixture), ...args], { columns, rows, env });
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
