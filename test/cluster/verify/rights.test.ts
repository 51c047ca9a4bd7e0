import { afterAll, beforeAll, expect, test } from 'vitest';
import { insistOnJunit, readXml } from '../../core/report/junit-schema.ts';
import { currentBed } from '../bed/bed.ts';
import { emptyCluster, run } from '../setup/installation.ts';
import { becomes, namespace, open, patch, type Sound, soundStaging, verified } from './sound-staging.ts';

/** Who may not see everything is told so; and the command in a pipeline. On a sound staging. */
const bed = currentBed();
let sound: Sound;

beforeAll(async () => {
  await emptyCluster();
  sound = await soundStaging();
  await becomes(sound, {});
}, 240_000);
afterAll(emptyCluster);

test('with view rights only: incomplete where it must be, with the right that is missing, and nothing red', async () => {
  const { run: done, report } = await verified(sound, [], { kubeconfig: bed.kubeconfigOf('viewer') });
  expect(done.code).toBe(5);
  expect(report.outcome).toBe('incomplete');
  expect(Object.values(open(report)).filter((state) => state !== 'not-looked')).toEqual([]);
  expect(Object.keys(open(report))).toEqual(expect.arrayContaining(['pdb', 'certificate', 'https']));
  for (const point of report.points.filter(({ state }) => state === 'not-looked'))
    expect(point.notLooked.length, `${point.id}: ${point.saw}`).toBeGreaterThan(0);
  const rights = report.before.find(({ id }) => id === 'rights');
  expect(rights?.saw).toContain(`get secrets auth-tls-secret in ${namespace}`);
  expect(rights?.saw).toContain(`create pods/eviction in ${namespace}`);
});

test('with view rights, a fault is red all the same where it is seen', async () => {
  await patch('networkpolicy/auth-service-networkpolicy', { spec: { ingress: [{}] } });
  const { run: done, report } = await verified(sound, [], { kubeconfig: bed.kubeconfigOf('viewer') });
  expect(done.code).toBe(3);
  expect(Object.entries(open(report)).filter(([, state]) => state === 'failed')).toEqual([['networkpolicy', 'failed']]);
  const spec = {
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }] }],
  };
  await patch('networkpolicy/auth-service-networkpolicy', { spec });
});

test('JUnit for a pipeline, exit codes the same; one point alone; an environment by its namespace without a profile', async () => {
  const ask = (args: readonly string[]) =>
    run({ folder: sound.installation.folder, home: `${sound.installation.folder}/elsewhere` }, [
      'verify',
      ...args,
      '--resolver',
      bed.resolver,
    ]);
  const junit = await ask(['-n', namespace, '-o', 'junit']);
  expect(junit.code, junit.stdout + junit.stderr).toBe(0);
  insistOnJunit(readXml(junit.stdout));
  const alone = await ask(['staging', '--only', 'resources', '-o', 'json']);
  expect(JSON.parse(alone.stdout)).toMatchObject({ outcome: 'healthy', points: [{ id: 'resources' }] });
  const nobody = await ask(['-n', 'nobody-here']);
  expect(nobody.code, nobody.stdout).toBe(3);
});

test('--wait: a rollout is waited for and told; what stays wrong ends it at once', async () => {
  await patch('deployment/auth-service', { spec: { template: { metadata: { annotations: { touched: 'once' } } } } });
  const waited = await run(sound.installation, ['verify', 'staging', '--wait', '2m', '--resolver', bed.resolver]);
  expect(waited.code, waited.stdout + waited.stderr).toBe(0);

  await patch('ingress/auth-ingress', { spec: { tls: [{ hosts: [sound.host], secretName: 'another' }] } });
  const stuck = await run(sound.installation, [
    'verify',
    'staging',
    '--wait',
    '10m',
    '--resolver',
    bed.resolver,
    '-o',
    'json',
  ]);
  expect(stuck.code, stuck.stdout).toBe(3);
  expect(stuck.stderr).toMatch(/Failed: The Ingress has TLS/);
  await patch('ingress/auth-ingress', { spec: { tls: [{ hosts: [sound.host], secretName: 'auth-tls-secret' }] } });
  await bed.ingress.silence(true);
  const late = await run(sound.installation, [
    'verify',
    'staging',
    '--wait',
    '3s',
    '--resolver',
    bed.resolver,
    '-o',
    'json',
  ]);
  expect(late.code, late.stdout + late.stderr).toBe(124);
  expect(JSON.parse(late.stdout)).toMatchObject({ kind: 'VerifyReport', outcome: 'incomplete' });
}, 120_000);
