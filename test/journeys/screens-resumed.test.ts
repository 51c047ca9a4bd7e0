import { afterEach, expect, test } from 'vitest';
import { serveDns, zone } from '../edges/probes/dns-server.ts';
import { closedPort } from '../edges/probes/local-server.ts';
import { type Driven, press } from '../terminal/terminal.ts';
import { terminals } from './terminal-command.ts';

/** Set-up on a cluster that outlives it, `practice --serve`: left at any point, started again, it goes on where it was. */
const used = terminals();
afterEach(used.leave);

test('left at a question and while it waits, set-up goes on where it was, and asks and applies nothing twice', {
  timeout: 180_000,
}, async () => {
  await using dns = await serveDns(zone({ 'A auth-staging.example.org': ['203.0.113.9'] }));
  const home = used.home();
  const served = used.start(['practice', '--serve'], home, { env: { TMPDIR: home } });
  const [, config = ''] = /export KUBECONFIG=(\S+)/.exec(await served.shows(/export KUBECONFIG=\S+\.yaml/)) ?? [];
  // What is looked at from outside stays on this machine.
  const nowhere = [80, 443].flatMap((port) => ['--connect-to', `:${port}:127.0.0.1:${closedPort}`]);
  const setup = (): Driven =>
    used.start(['setup', '--env', 'staging', '--resolver', dns.address, ...nowhere], home, {
      env: { KUBECONFIG: config },
    });
  const secrets = ['postgres://u:p@db.data.svc:5432/a', 'redis://:p@redis.data.svc:6379', ''];

  const first = setup();
  await first.shows('Which cluster is staging on?');
  first.type(`${press.enter.repeat(3)}ghcr.io/example/auth-service:1.4.2${press.enter}`);
  await first.shows('Which Secrets hold the login');
  first.type(press.ctrlC);
  await first.ended;
  expect(first.isOnOtherScreen()).toBe(false);
  expect(first.screen()).toContain('Left; everything answered is kept.');

  const second = setup();
  await second.shows('Which Secrets hold the login');
  for (const asked of ['Which cluster', 'What shall this', 'Into which folder', 'Which image'])
    expect(second.written()).not.toContain(asked);
  second.type(['', ...secrets, 'example.org', '', '', '', ''].map((one) => `${one}${press.enter}`).join(''));
  await second.shows('Apply the ClusterIssuers');
  second.type(press.enter);
  await second.shows('It should work here');
  second.type(press.enter);
  await second.shows('Apply staging');
  second.type(press.enter);
  await second.shows('Waiting until it is ready');
  second.type(press.ctrlC);
  expect(await second.ended).toBe(130);
  expect(second.screen()).toContain('Everything answered and applied is kept.');
  expect(second.screen()).toContain('orion-setup setup');

  const third = setup();
  await third.shows('It should work here');
  third.type(press.enter);
  await third.shows(/Waiting until it is ready|Verifying/);
  for (const asked of ['Which domain', 'database URL', 'Apply the ClusterIssuers', 'Apply staging'])
    expect(third.written()).not.toContain(asked);
  third.type(press.ctrlC);
  expect(await third.ended).toBe(130);
  served.type(press.ctrlC);
  expect(await served.ended).toBe(0);
});
