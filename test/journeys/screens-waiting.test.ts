import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Practice, startPractice } from '../../src/practice/practice.ts';
import { type DnsServer, serveDns, zone } from '../edges/probes/dns-server.ts';
import { closedPort } from '../edges/probes/local-server.ts';
import { press } from '../terminal/terminal.ts';
import { terminals } from './terminal-command.ts';

/** Set-up waits on a real terminal for a cluster whose time stands still until the test lets it pass: no state is over before it is seen. */
const used = terminals();
let practice: Practice;
let dns: DnsServer;
beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'orion-setup-standing-'));
  practice = await startPractice({ scenario: 'empty', speed: 0, dir });
  dns = await serveDns(zone({ 'A auth-staging.example.org': ['203.0.113.9'] }));
});
afterEach(used.leave);
afterAll(async () => {
  await dns?.[Symbol.asyncDispose]();
  await practice?.close();
});

test('it says what it waits for: the certificate, and how far the challenge of the CA is; then that is over', {
  timeout: 120_000,
}, async () => {
  const nowhere = [80, 443].flatMap((port) => ['--connect-to', `:${port}:127.0.0.1:${closedPort}`]);
  const words = ['setup', '--env', 'staging', '--resolver', dns.address, ...nowhere];
  const terminal = used.start(words, used.home(), { env: { KUBECONFIG: practice.kubeconfig } });
  await terminal.shows('Which cluster is staging on?');
  const secrets = ['postgres://u:p@db.data.svc:5432/a', 'redis://:p@redis.data.svc:6379', ''];
  const answers = ['', '', '', 'ghcr.io/example/auth-service:1.4.2', '', ...secrets, 'example.org', '', '', '', ''];
  terminal.type(answers.map((one) => `${one}${press.enter}`).join(''));
  for (const asked of ['Apply the ClusterIssuers', 'It should work here', 'Apply staging']) {
    await terminal.shows(asked);
    terminal.type(press.enter);
  }
  const waiting = await terminal.shows('Certificate/auth-tls-cert: Issuing');
  expect(waiting).toContain('◐ Waiting until it is ready');
  expect(await terminal.shows('Challenge for auth-staging.example.org: ')).toContain(
    'Certificate/auth-tls-cert: Issuing',
  );
  practice.advance('1m');
  expect(await terminal.shows('◐ Verifying')).not.toMatch(/Issuing|Challenge/);
  terminal.type(press.ctrlC);
  expect(await terminal.ended).toBe(130);
});
