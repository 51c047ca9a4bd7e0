import { expect, test } from 'vitest';
import { alertRoutesOf } from '../../../src/core/alerts/config.ts';
import { matchersOf } from '../../../src/core/alerts/matchers.ts';

/** What of an Alertmanager's configuration is kept: who is told of what, and nothing of how. */
const config = `global:
  smtp_auth_password: s3cret-smtp
  slack_api_url: https://hooks.slack.example/T0/B0/s3cret-slack
route:
  receiver: "null"
  group_by: [namespace]
  routes:
    - matchers: ['severity=~"critical|warning"', 'namespace!="x,y"']
      receiver: team
      continue: true
    - match: {alertname: Watchdog}
      match_re: {team: a.*}
      active_time_intervals: [nights]
      routes:
        - receiver: other
receivers:
  - name: "null"
  - name: team
    slack_configs: [{api_url: https://hooks.slack.example/T0/B0/s3cret-slack, channel: '#alerts'}]
    email_configs: [{to: somebody@example.org, auth_password: s3cret-mail}]
  - name: other
    webhook_configs: []
inhibit_rules:
  - source_matchers: ['severity="critical"']
    target_match: {severity: warning}
    target_match_re: {team: a.*}
    equal: [namespace, alertname]
  - name: info
    target_matchers: [alertname="InfoInhibitor"]
templates: [/etc/s3cret.tmpl]
`;

test('the routes with their receivers, and of each receiver only in how many ways it tells', () => {
  const routes = alertRoutesOf(config);
  expect(routes).toEqual({
    inhibitions: [
      {
        place: 1,
        name: '',
        source: [{ label: 'severity', is: '=', value: 'critical' }],
        target: [
          { label: 'severity', is: '=', value: 'warning' },
          { label: 'team', is: '=~', value: 'a.*' },
        ],
        equal: ['namespace', 'alertname'],
      },
      {
        place: 2,
        name: 'info',
        source: [],
        target: [{ label: 'alertname', is: '=', value: 'InfoInhibitor' }],
        equal: [],
      },
    ],
    receivers: [
      { name: 'null', ways: 0 },
      { name: 'team', ways: 2 },
      { name: 'other', ways: 0 },
    ],
    route: {
      receiver: 'null',
      matchers: [],
      continue: false,
      timed: false,
      routes: [
        {
          receiver: 'team',
          matchers: [
            { label: 'severity', is: '=~', value: 'critical|warning' },
            { label: 'namespace', is: '!=', value: 'x,y' },
          ],
          continue: true,
          timed: false,
          routes: [],
        },
        {
          // Inherited from the root.
          receiver: 'null',
          matchers: [
            { label: 'alertname', is: '=', value: 'Watchdog' },
            { label: 'team', is: '=~', value: 'a.*' },
          ],
          continue: false,
          timed: true,
          routes: [{ receiver: 'other', matchers: [], continue: false, timed: false, routes: [] }],
        },
      ],
    },
  });
  expect(JSON.stringify(routes)).not.toMatch(/s3cret|hooks|#alerts|example/);
});

test.each([
  [
    'an inhibition whose matcher is none',
    'route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules: [{source_matchers: [x], target_matchers: [a="b"]}]',
  ],
  [
    'an inhibition by a number, which Alertmanager takes for a text',
    'route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules: [{source_match: {severity: 1.0}}]',
  ],
  [
    'an inhibition with a secret in it',
    `route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules: [{source_matchers: ['x="https://u:hunter22@y.example"']}]`,
  ],
  ['no YAML', ': {'],
  ['none of it', 'hello'],
  ['no route', 'receivers: [{name: a}]'],
  ['a route without a receiver', 'route: {}\nreceivers: []'],
  ['a matcher that is none', 'route: {receiver: a, matchers: [x]}\nreceivers: [{name: a}]'],
  [
    'a matcher with a terminal sequence in it',
    'route: {receiver: a, matchers: ["x=\\"\\e[2J\\""]}\nreceivers: [{name: a}]',
  ],
  [
    'a secret in a matcher',
    `route: {receiver: a, matchers: ['x="https://u:hunter22@y.example"']}\nreceivers: [{name: a}]`,
  ],
  ['a receiver whose name turns text around', 'route: {receiver: "a\\u202eb"}\nreceivers: [{name: "a\\u202eb"}]'],
  [
    'a bomb',
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nroute: {receiver: a, routes: [*c,*c,*c]}`,
  ],
  ['a tree without an end', `route: &r\n  receiver: a\n  routes: [*r]\nreceivers: [{name: a}]`],
])('%s cannot be told, and nothing of it is', (_, text) => {
  expect(alertRoutesOf(text)).toBeUndefined();
});

test.each([
  ['a="b"', [['a', '=', 'b']]],
  [
    '{a="b",c!="d,}"}',
    [
      ['a', '=', 'b'],
      ['c', '!=', 'd,}'],
    ],
  ],
  [
    'a = b , c=~d.*',
    [
      ['a', '=', 'b'],
      ['c', '=~', 'd.*'],
    ],
  ],
  ['a!~"x\\"y\\\\z\\q"', [['a', '!~', 'x"y\\z\\q']]],
  ['"with space"="b"', [['with space', '=', 'b']]],
  ['a=', [['a', '=', '']]],
  ['a=""', [['a', '=', '']]],
  ['constructor="x",', [['constructor', '=', 'x']]],
])('the matchers in %s', (text, wanted) => {
  expect(matchersOf(text)?.map(({ label, is, value }) => [label, is, value])).toEqual(wanted);
});

test.each(['a', '="b"', 'a="b', 'a=b"c', 'a==="b"x'])('no matchers: %s', (text) => {
  expect(matchersOf(text)).toBeUndefined();
});
