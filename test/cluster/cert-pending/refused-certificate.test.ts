import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { certPending } from '../../../runbooks/cert-pending/index.ts';
import { decide } from '../../../src/core/decide.ts';
import { type Fetched, seen } from '../../../src/core/fetched.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { nameOf } from '../../../src/core/look.ts';
import { runbookReportSchema } from '../../../src/core/report/runbook-report.ts';
import { type Connection, connect } from '../../../src/edges/cluster/connect.ts';
import { currentBed } from '../bed/bed.ts';
import { orion } from '../orion.ts';
import { emptyCluster, newInstallation, run, setUp } from '../setup/installation.ts';
import { registerCertificateWebhook } from './certificate-webhook.ts';
import { ask, issued, newSite, type Site } from './site.ts';

/** What cert-manager's real webhook, and the schema before it, do not take of a Certificate: tried, not kept, and named by its field. */
const bed = currentBed();
const { signal } = new AbortController();
let site: Site;
let connection: Connection;
let webhook: Awaited<ReturnType<typeof registerCertificateWebhook>>;

beforeAll(async () => {
  site = await newSite('refused');
  await ask(site);
  await issued(site);
  webhook = await registerCertificateWebhook([site.namespace, 'orion-staging']);
  connection = await connect({ kubeconfig: bed.kubeconfig, env: {} });
});
afterAll(async () => {
  connection.close();
  await webhook.remove();
});

async function live(): Promise<KubernetesObject> {
  const found = await connection.reader.look(
    { at: 'get', kind: kinds.Certificate, namespace: site.namespace, name: 'auth-tls-cert' },
    signal,
  );
  if (!found.ok) throw new Error(found.detail);
  return found.value;
}

/** As the overlay would have it: the sound one, with this in its spec; `null` takes a field out. */
async function tried(differs: Readonly<Record<string, unknown>>) {
  const there = await live();
  const spec = Object.fromEntries(
    Object.entries({ ...(there['spec'] as object), ...differs }).filter(([, value]) => value !== null),
  );
  const { apiVersion, kind, metadata } = there;
  const { name, namespace = '' } = metadata;
  const answer = await connection.reader.tryManifest(
    { apiVersion, kind, metadata: { name, namespace }, spec } as KubernetesObject,
    there,
    signal,
  );
  if (!answer.ok) throw new Error(answer.detail);
  return { there, refused: answer.value.refused };
}

test.each<readonly [string, Readonly<Record<string, unknown>>, string, RegExp]>([
  [
    'as long as it is renewed before',
    { duration: '2160h', renewBefore: '2160h' },
    'spec.renewBefore',
    /must be greater than renewBefore/,
  ],
  ['shorter than an hour', { duration: '30m' }, 'spec.duration', /must be greater than/],
  [
    'both ways to say when it is renewed',
    { renewBefore: '360h', renewBeforePercentage: 30 },
    'spec.renewBefore',
    /mutually exclusive/,
  ],
  ['for nobody', { dnsNames: [] }, 'spec', /at least one of commonName/],
  [
    'a key too short',
    { privateKey: { algorithm: 'RSA', size: 1024 } },
    'spec.privateKey.size',
    /must be between 2048 and 8192/,
  ],
  [
    'a curve that is none',
    { privateKey: { algorithm: 'ECDSA', size: 512 } },
    'spec.privateKey.size',
    /supported values/,
  ],
  ['a Secret whose name is none', { secretName: 'Auth_TLS' }, 'spec.secretName', /RFC 1123/],
  ['no Secret', { secretName: null }, 'spec.secretName', /Required value/],
  [
    'an issuer without a name',
    { issuerRef: { kind: 'ClusterIssuer', name: '' } },
    'spec.issuerRef.name',
    /must be specified/,
  ],
  [
    'an issuer of no known kind',
    { issuerRef: { kind: 'clusterissuer', name: 'x' } },
    'spec.issuerRef.kind',
    /must be one of Issuer or ClusterIssuer/,
  ],
  ['a common name too long', { commonName: `${'a'.repeat(60)}.example` }, 'spec.commonName', /Too long/],
  ['an address that is none', { ipAddresses: ['1.2.3'] }, 'spec.ipAddresses[0]', /invalid IP address/],
  ['no history', { revisionHistoryLimit: 0 }, 'spec.revisionHistoryLimit', /greater than or equal to 1|less than 1/],
  ['days', { duration: '90d' }, 'spec', /unknown unit/],
  ['a use that is none', { usages: ['server-auth'] }, 'spec.usages[0]', /supported values/],
  ['a field that nobody knows', { dnsName: 'x' }, 'spec.dnsName', /unknown field/],
])('%s', async (_, differs, field, says) => {
  const mark = bed.auditMark();
  const { there, refused } = await tried(differs);
  expect(
    refused.map((one) => one.field),
    JSON.stringify(refused),
  ).toContain(field);
  expect(refused.map(({ message }) => message).join(' ')).toMatch(says);

  const { findings, rootCauses } = judged(there, refused);
  expect(rootCauses).toEqual(['spec-rejected-at-apply']);
  expect(findings[0]?.because).toContain(refused[0]?.field);
  expect(findings[0]?.evidence).toContainEqual(
    expect.objectContaining({ path: 'metadata.generation', saw: String(there.metadata.generation) }),
  );
  expect(await bed.writesSince(mark)).toEqual([]);
  expect((await live()).metadata.generation).toBe(there.metadata.generation);
});

test('two faults at once are both named', async () => {
  const { there, refused } = await tried({ dnsNames: [], privateKey: { size: 1024 } });
  expect(refused.map(({ field }) => field).toSorted()).toEqual(['spec', 'spec.privateKey.size']);
  expect(judged(there, refused).findings[0]?.remedies.map(({ title }) => title)).toEqual([
    'Correct spec and spec.privateKey.size in your overlay, try it on the server, and apply it',
  ]);
});

test('a sound one is taken as it stands', async () => {
  const { there, refused } = await tried({});
  expect(refused).toEqual([]);
  expect(judged(there, refused)).toMatchObject({ rootCauses: [], findings: [] });
});

test('the tree of a profile: runbook tries its Certificate, names the field, and changes nothing', async () => {
  const installation = await newInstallation();
  try {
    const first = await setUp(installation, ['--env', 'staging', '-o', 'json']);
    expect(first.code, first.stdout + first.stderr).toBe(0);
    const look = async (more: readonly string[] = []) => {
      const said = await run(
        installation,
        ['runbook', 'cert-pending', '-o', 'json', '--resolver', bed.resolver, ...more],
        { environment: { PATH: `${dirname(bed.promtool)}:${process.env['PATH']}` } },
      );
      return { code: said.code, report: runbookReportSchema.parse(JSON.parse(said.stdout)) };
    };
    const { report: sound } = await look();
    expect(sound.ruledOut.map(({ code }) => code)).toContain('spec-rejected-at-apply');

    const file = join(installation.tree, 'base/certificate.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^spec:$/m, 'spec:\n  renewBeforePercentage: 30'));
    const mark = bed.auditMark();
    const evidence = join(installation.folder, 'evidence.yaml');
    const { code, report } = await look(['--save', evidence]);
    expect(code, JSON.stringify(report, null, 2)).toBe(3);
    expect(report.rootCauses).toEqual(['spec-rejected-at-apply']);
    expect(report.findings[0]?.because).toMatch(/spec\.renewBefore: Invalid value: .*mutually exclusive/);
    expect(report.apiRequests).toBeLessThanOrEqual(25);
    expect((await bed.writesSince(mark)).map(({ resource }) => resource)).toEqual([]);
    const again = await orion(['runbook', '--from', evidence, '-o', 'json']);
    expect(runbookReportSchema.parse(JSON.parse(again.stdout)).rootCauses).toEqual(['spec-rejected-at-apply']);
    const { KEEP_EVIDENCE: kept } = process.env;
    if (kept) copyFileSync(evidence, join(kept, 'refused-certificate-of-the-tree.yaml'));
  } finally {
    await emptyCluster();
  }
});

type Causes = readonly { readonly field: string; readonly message: string }[];

/** The detector over a Certificate that is sound, and what was said to the manifest. */
function judged(certificate: KubernetesObject, causes: Causes) {
  const { namespace } = site;
  const object = 'Certificate/auth-tls-cert';
  const target = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', namespace, name: 'auth-tls-cert' };
  const nothing: readonly (keyof typeof kinds)[] = [
    'CertificateRequest',
    'Order',
    'Challenge',
    'Issuer',
    'ClusterIssuer',
    'Ingress',
    'Event',
  ];
  const seenHere: Record<string, Fetched<unknown>> = Object.fromEntries([
    [
      nameOf({ at: 'manifests', namespace, of: 'certificates' }),
      seen({ tried: [object], refused: causes.length > 0 ? [{ object, causes }] : [] }),
    ],
    [nameOf({ at: 'list', kind: kinds.Certificate, namespace }), seen([certificate])],
    ...nothing.map((kind) => [nameOf({ at: 'list', kind: kinds[kind], namespace }), seen([])]),
  ]);
  return decide(certPending, { now: new Date(), target, seen: seenHere });
}
