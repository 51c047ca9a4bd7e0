import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addresses, currentBed } from '../bed/bed.ts';
import {
  emptyCluster,
  environments,
  hostIn,
  type Installation,
  issuerOf,
  namespaceOf,
  newInstallation,
  type Run,
  reportOf,
  setUp,
} from './installation.ts';

/** From an empty cluster to two environments with real certificates, unattended; and again, without a change. */
const bed = currentBed();

afterAll(emptyCluster);

describe.each([
  ['a private ACME server with a CA bundle', true],
  ["Let's Encrypt's own addresses", false],
] as const)('set-up with %s', (_, privateAcme) => {
  let installation: Installation;
  let first: Run;

  beforeAll(async () => {
    await emptyCluster();
    installation = await newInstallation({ privateAcme });
    first = await setUp(installation, ['-o', 'json']);
  });

  test('ends with 0 and one report, everything done and both gates kept', async () => {
    expect(first.code, first.stdout + first.stderr).toBe(0);
    const report = reportOf(first);
    expect(report).toMatchObject({ outcome: 'healthy', next: [], coverage: { notLooked: [] } });
    expect(report.steps.filter(({ state }) => state !== 'done')).toEqual([]);
    for (const name of environments) {
      expect(report.environments[name]).toMatchObject({
        host: hostIn(installation, name),
        applied: true,
        verified: true,
        gate: { state: 'passed' },
      });
      expect(report.environments[name]?.checks.filter(({ state }) => state !== 'passed')).toEqual([]);
    }
  });

  test.each(environments)('%s: issuer Ready, certificate issued by its CA, served by the ingress', async (name) => {
    const { status: issuer } = await bed.api.get(`/apis/cert-manager.io/v1/clusterissuers/${issuerOf[name]}`);
    expect(issuer.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));

    const host = hostIn(installation, name);
    const { data } = await bed.api.get(`/api/v1/namespaces/${namespaceOf[name]}/secrets/auth-tls-secret`);
    const [leaf, intermediate] = chainIn(Buffer.from(data['tls.crt'], 'base64').toString());
    expect(leaf?.subjectAltName).toBe(`DNS:${host}`);
    const roots = chainIn(readFileSync(bed.acme[name].rootsFile, 'utf8'));
    expect(leaf?.checkIssued(intermediate as X509Certificate)).toBe(true);
    expect(roots.some((root) => intermediate?.checkIssued(root) && intermediate.verify(root.publicKey))).toBe(true);
    expect((await served(host)).serialNumber).toBe(leaf?.serialNumber);
  });

  test.each(environments)('%s: every pod of the service Ready', async (name) => {
    const { items } = await bed.api.get(
      `/api/v1/namespaces/${namespaceOf[name]}/pods?labelSelector=app%3Dauth-service`,
    );
    const ready = items.filter(({ status }: { status: { conditions: readonly { type: string; status: string }[] } }) =>
      status.conditions.some((one) => one.type === 'Ready' && one.status === 'True'),
    );
    expect(ready).toHaveLength(name === 'staging' ? 2 : 5);
    expect(items).toHaveLength(ready.length);
  });

  test('the gate is kept in the cluster and in the profile, for the same base and image', async () => {
    const { data } = await bed.api.get('/api/v1/namespaces/orion-staging/configmaps/orion-setup');
    const memory = JSON.parse(data['memory.json']);
    expect(memory.image).toBe('ghcr.io/example/auth-service:1.4.2');
    expect(memory.gate).toMatchObject({ digest: memory.gateDigest, notLooked: [] });
    const profile = JSON.parse(
      readFileSync(join(installation.home, 'config/orion-setup/profiles/default.json'), 'utf8'),
    );
    expect(profile.environments.staging.gate).toMatchObject({ digest: memory.gateDigest });
  });

  test('a second run is the same, and sends nothing but dry runs', async () => {
    const mark = bed.auditMark();
    const second = await setUp(installation, ['-o', 'json']);
    expect(second.code, second.stdout + second.stderr).toBe(0);
    for (const name of environments) {
      expect(reportOf(second).environments[name]).toMatchObject({ applied: true, verified: true, changed: [] });
      expect(reportOf(second).environments[name]?.gate).toEqual(reportOf(first).environments[name]?.gate);
    }
    expect(await bed.writesSince(mark)).toEqual([]);
    expect((await bed.auditLog(mark)).some(({ dryRun, user }) => dryRun && user === 'admin')).toBe(true);
  });
});

const chainIn = (pem: string): readonly X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  );

/** What a client gets that asks the load balancer for this host. */
async function served(host: string): Promise<X509Certificate> {
  const socket = connect({ host: addresses.loadBalancer, port: 443, servername: host, rejectUnauthorized: false });
  try {
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) throw new Error(`Nothing is served for ${host}.`);
    return certificate;
  } finally {
    socket.destroy();
  }
}
