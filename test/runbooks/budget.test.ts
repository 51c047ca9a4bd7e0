import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { diagnosisOf, scenarios } from './scenario-files.ts';

/** What Let's Encrypt gives is scarce: five failed tries an hour, five certificates for the same names a week. */
function scenario(name: string): Scenario {
  const found = scenarios.find((item) => item.name === name);
  if (!found) throw new Error(`no scenario ${name}`);
  return found;
}

/** The same story, asking Let's Encrypt's real directory. */
const inEarnest = (of: Scenario): Scenario =>
  changed(of, (object) =>
    object.kind === 'ClusterIssuer'
      ? set(object, ['spec', 'acme', 'server'], 'https://acme-v02.api.letsencrypt.org/directory')
      : object,
  );

const changed = (
  of: Scenario,
  change: (object: KubernetesObject) => KubernetesObject,
  more: readonly KubernetesObject[] = [],
): Scenario => ({
  ...of,
  objects: [...of.objects.map(change), ...more],
});

function set<T>(object: T, [step = '', ...rest]: readonly string[], value: unknown): T {
  const inner = (object as Record<string, unknown>)[step];
  return { ...object, [step]: rest.length === 0 ? value : set(inner ?? {}, rest, value) };
}

async function remedyOf(of: Scenario, code: string, id: string) {
  const { findings } = await diagnosisOf(of);
  const remedy = findings.find((item) => item.code === code)?.remedies.find((item) => item.id === id);
  if (!remedy) throw new Error(`${of.name} offers no ${code}/${id}`);
  return remedy;
}

const failure = (count: number): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'auth-tls-cert.1', namespace: 'orion-staging' },
  involvedObject: { kind: 'Certificate', name: 'auth-tls-cert', namespace: 'orion-staging' },
  reason: 'Failed',
  message:
    'The certificate request has failed to complete and will be retried: Failed to wait for order resource "auth-tls-cert-1-1" to become ready: order is in "invalid" state: ',
  count,
  lastTimestamp: '2026-11-23T04:30:00Z',
});

test('the test CA is asked without counting', async () => {
  const remedy = await remedyOf(scenario('issuance-backoff'), 'issuance-backoff', 'try-now');
  expect(remedy).toMatchObject({ blockedBy: null });
  expect(remedy.title).toContain('the test CA');
});

test('the real CA is asked after saying what is used', async () => {
  const remedy = await remedyOf(inEarnest(scenario('issuance-backoff')), 'issuance-backoff', 'try-now');
  expect(remedy).toMatchObject({ blockedBy: null });
  expect(remedy.title).toMatch(/1 of 5 failed tries this hour and 0 of 5 certificates this week/);
});

test('after five failures within the hour it is not asked, and the reason is said', async () => {
  const spent = changed(inEarnest(scenario('issuance-backoff')), (object) => object, [failure(5)]);
  const remedy = await remedyOf(spent, 'issuance-backoff', 'try-now');
  expect(remedy.blockedBy).toMatch(/5 tries for .* failed within the hour/);
});

test('failures of an hour ago are forgiven', async () => {
  const old = set(failure(5), ['lastTimestamp'], '2026-11-23T03:30:00Z');
  const forgiven = changed(inEarnest(scenario('issuance-backoff')), (object) => object, [old]);
  expect((await remedyOf(forgiven, 'issuance-backoff', 'try-now')).blockedBy).toBeNull();
});

test('after five certificates for the same names this week it is not asked', async () => {
  const often = changed(inEarnest(scenario('issuance-backoff')), (object) =>
    object.kind === 'Certificate' ? set(object, ['status', 'revision'], 5) : object,
  );
  // What is under way is the sixth.
  const sixth = changed(often, (object) =>
    ['CertificateRequest', 'Order'].includes(object.kind)
      ? set(object, ['metadata', 'annotations'], {
          ...object.metadata.annotations,
          'cert-manager.io/certificate-revision': '6',
        })
      : object,
  );
  expect((await remedyOf(sixth, 'issuance-backoff', 'try-now')).blockedBy).toMatch(
    /5 certificates for .* within the week/,
  );
});

test('while the cause still stands the real CA is not asked, the test CA may be', async () => {
  const standing = scenario('dns-no-record-ca');
  const remedy = await remedyOf(inEarnest(standing), 'issuance-backoff', 'try-now');
  expect(remedy.blockedBy).toMatch(/^dns-no-record is to be mended first/);
});

test('a directory that cannot be seen is taken for the real one', async () => {
  const unseen: Scenario = {
    ...scenario('issuance-backoff'),
    refused: [{ look: 'list cert-manager.io/v1 ClusterIssuer', why: 'forbidden' }],
  };
  expect((await remedyOf(unseen, 'issuance-backoff', 'try-now')).title).toContain('failed tries this hour');
});
