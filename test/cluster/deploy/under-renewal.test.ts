import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import { emptyCluster, type Installation, newInstallation, run, setUp } from '../setup/installation.ts';
import { takeStagingImage } from './pipeline.ts';

/**
 * A deploy while the certificate is being issued anew: it serves all the while. cert-manager does so by itself, too: now and then it issues
 * a first certificate twice in a row, since its trigger looked for the Secret in a cache that did not have it yet.
 */
const bed = currentBed();
const certificate = '/apis/cert-manager.io/v1/namespaces/orion-staging/certificates/auth-tls-cert';

let installation: Installation;
beforeAll(async () => {
  await emptyCluster();
  installation = await newInstallation();
  const first = await setUp(installation, ['--env', 'staging', '-o', 'json']);
  expect(first.code, first.stdout + first.stderr).toBe(0);
});
afterAll(emptyCluster);

const revision = async (): Promise<number> => (await bed.api.get(certificate)).status.revision;

/** As `cmctl renew` does. */
async function renew(): Promise<void> {
  const { status } = await bed.api.get(certificate);
  const issuing = {
    type: 'Issuing',
    status: 'True',
    reason: 'ManuallyTriggered',
    message: 'Certificate re-issuance manually triggered',
    lastTransitionTime: new Date().toISOString().replace(/\.\d+Z/, 'Z'),
  };
  const conditions = [...status.conditions, issuing];
  await bed.api.mergePatch(`${certificate}/status`, { status: { conditions } });
  await until('the renewal to be under way', async () => {
    const { items } = await bed.api.get('/apis/acme.cert-manager.io/v1/namespaces/orion-staging/challenges');
    return items.length > 0 ? true : undefined;
  });
}

test('deploy waits for it, says so, and ends as if nothing had been', async () => {
  const before = await revision();
  takeStagingImage(installation, '1.5.0');
  await renew();
  const ran = await run(installation, ['deploy', 'staging', '--yes', '--no-input', '--resolver', bed.resolver]);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stderr).toContain('The certificate is renewed by itself: it is being issued anew');
  expect(ran.stdout).toContain('staging is as it should be');
  expect(await revision()).toBe(before + 1);
});
