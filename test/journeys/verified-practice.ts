import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { createSecureContext } from 'node:tls';
import { parse } from 'yaml';
import { namespaces } from '../../src/core/setup/settings.ts';
import { startPractice } from '../../src/practice/practice.ts';
import { rendered, sampleEnvironment, sampleSecrets } from '../core/manifests/sample-settings.ts';
import { type DnsServer, serveDns, zone } from '../edges/probes/dns-server.ts';

const hosts = { staging: 'auth-staging.example.org', production: 'auth.example.org' } as const;
const environments = ['staging', 'production'] as const;

/**
 * Both environments, sound, on a practice cluster, and what stands for its ingress on this machine: a DNS server, HTTPS with the certificates
 * of the Secrets, and HTTP that redirects.
 */
export async function verifiedPractice() {
  const dir = mkdtempSync(join(tmpdir(), 'orion-setup-verify-'));
  const practice = await startPractice({ scenario: 'empty', speed: 1, dir });
  const settings = {
    domain: 'example.org',
    environments: {
      staging: sampleEnvironment('staging', { host: hosts.staging }),
      production: sampleEnvironment('production', { host: hosts.production }),
    },
  };
  for (const environment of environments)
    for (const object of rendered(environment, settings, sampleSecrets)) {
      const where = object.metadata.namespace === undefined ? '' : `${object.metadata.namespace}/`;
      practice.patchObject(`${object.kind}/${where}${object.metadata.name}`, object);
    }
  practice.advance('10m');

  const contexts = Object.fromEntries(
    await Promise.all(
      environments.map(async (environment) => {
        const { data } = await secretOf(practice.kubeconfig, namespaces[environment]);
        return [hosts[environment], createSecureContext({ cert: text(data['tls.crt']), key: text(data['tls.key']) })];
      }),
    ),
  );
  const secure = createServer({ SNICallback: (name, done) => done(null, contexts[name]) }, (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}'),
  );
  const plain = createPlain(({ url, headers }, response) =>
    response.writeHead(308, { location: `https://${headers.host?.replace(/:\d+$/, '')}${url}` }).end(),
  );
  const names = Object.values(hosts);
  const dns: DnsServer = await serveDns(zone(Object.fromEntries(names.map((host) => [`A ${host}`, ['203.0.113.9']]))));
  const [https, http] = await Promise.all([secure, plain].map(listening));
  return {
    practice,
    host: hosts.staging,
    env: { KUBECONFIG: practice.kubeconfig },
    args: [
      ...['--resolver', dns.address],
      ...names.flatMap((host) => ['--connect-to', `${host}:443:127.0.0.1:${https}`]),
      ...names.flatMap((host) => ['--connect-to', `${host}:80:127.0.0.1:${http}`]),
    ],
    close: async () => {
      secure.closeAllConnections();
      plain.closeAllConnections();
      secure.close();
      plain.close();
      await dns[Symbol.asyncDispose]();
      await practice.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const text = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString();

async function listening(server: {
  listen: (port: number, host: string, done: () => void) => unknown;
  address: () => unknown;
}): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The Secret as its owner reads it, key and all: this tool's own edge would not let that through. */
async function secretOf(
  kubeconfig: string,
  namespace: string,
): Promise<{ readonly data: Readonly<Record<string, string>> }> {
  const config = parse(readFileSync(kubeconfig, 'utf8'));
  const [{ cluster }] = config.clusters;
  const [{ user }] = config.users;
  return await new Promise((resolve, reject) => {
    request(
      `${cluster.server}/api/v1/namespaces/${namespace}/secrets/auth-tls-secret`,
      { ca: text(cluster['certificate-authority-data']), headers: { authorization: `Bearer ${user.token}` } },
      (response) => json(response).then((found) => resolve(found as never), reject),
    )
      .on('error', reject)
      .end();
  });
}
