import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import { emptyCluster, type Installation, newInstallation, type Run, run, setUp } from '../setup/installation.ts';
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

const statusOf = async () => (await bed.api.get(certificate)).status;
const isTrue = ({ conditions }: { conditions: readonly { type: string; status: string }[] }, wanted: string): boolean =>
  conditions.some(({ type, status }) => type === wanted && status === 'True');

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

/**
 * Holds cert-manager in the midst of the renewal until the command has seen it, however slow this machine is. One that cannot renew its
 * lease for 40 s ends for good.
 */
async function heldUntilSaid(words: string, command: (hears: (stderr: string) => void) => Promise<Run>): Promise<Run> {
  let goesOn: Promise<void> | undefined;
  const goOn = () => {
    goesOn ??= bed.signal('cert-manager', 'SIGCONT');
    return goesOn;
  };
  await bed.signal('cert-manager', 'SIGSTOP');
  const atMost = setTimeout(goOn, 30_000);
  try {
    expect(isTrue(await statusOf(), 'Issuing'), 'the renewal is still under way').toBe(true);
    return await command((stderr) => {
      if (stderr.includes(words)) void goOn();
    });
  } finally {
    clearTimeout(atMost);
    await goOn();
  }
}

test('deploy waits for it, says so, and ends as if nothing had been', async () => {
  const before: number = (await statusOf()).revision;
  const mark = bed.auditMark();
  takeStagingImage(installation, '1.5.0');
  await renew();
  const anew = 'The certificate is renewed by itself: it is being issued anew';
  const args = ['deploy', 'staging', '--yes', '--no-input', '--resolver', bed.resolver];
  const ran = await heldUntilSaid(anew, (hears) => run(installation, args, { hears }));
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stderr).toContain(anew);
  expect(ran.stdout).toContain('staging is as it should be');
  const after = await until('nothing to be issued any more', async () => {
    const status = await statusOf();
    return isTrue(status, 'Issuing') ? undefined : status;
  });
  expect(isTrue(after, 'Ready')).toBe(true);
  // One, or one more of cert-manager's own.
  const requests = (await bed.auditLog(mark)).filter(
    ({ resource, verb, namespace, code, dryRun }) =>
      resource === 'certificaterequests' &&
      verb === 'create' &&
      namespace === 'orion-staging' &&
      code === 201 &&
      !dryRun,
  );
  expect(requests).not.toEqual([]);
  expect(after.revision).toBe(before + new Set(requests.map(({ name }) => name)).size);
});
