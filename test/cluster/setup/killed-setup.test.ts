import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { emptyCluster, type Installation, newInstallation, run, setUp, unattended } from './installation.ts';
import { historyOf, killedAt } from './killed.ts';

/** kill -9 at the records of set-up's journal: the next start says what state things are in and goes on, and nothing is sent twice. */
const bed = currentBed();

afterAll(emptyCluster);

const cutOff = /An earlier run was cut off\. "Set up ([^"]+)" \((\w+)\): (.*)/;

/** One after the other in the same installation: each run goes on from where the one before it was killed. */
const points = [
  { kill: 'after intent ClusterIssuer', part: 'the ClusterIssuers', says: 'step 1 (apply ClusterIssuer/' },
  { kill: 'before sent ClusterIssuer', part: 'the ClusterIssuers', says: 'step 1 (apply ClusterIssuer/' },
  { kill: 'torn sent Namespace', part: 'staging', says: '(apply Namespace/orion-staging); whether that reached' },
  { kill: 'after sent Secret', part: 'staging', says: '(apply Secret/' },
  { kill: 'after intent Certificate', part: 'staging', says: '(apply Certificate/auth-tls-cert)' },
  {
    kill: 'before intent Deployment',
    part: 'staging',
    says: '(apply PodDisruptionBudget/auth-service-pdb), which was done',
  },
  { kill: 'before sent Deployment', part: 'staging', says: '(apply Deployment/auth-service)' },
] as const;

describe('set-up killed at each of these points in turn', () => {
  let installation: Installation;
  let mark: number;

  beforeAll(async () => {
    await emptyCluster();
    installation = await newInstallation();
    mark = bed.auditMark();
  });

  test.each(points)('$kill: the next start says so', async ({ kill, part, says }) => {
    await killedAt(installation, kill, unattended(installation));
    const [left] = await historyOf(installation);
    expect(['unclear', 'unfinished']).toContain(left?.state);
    // The next start, with nobody's consent: it says what it found, and changes nothing.
    const before = bed.auditMark();
    const next = await run(installation, [
      'setup',
      '--answers',
      installation.answers,
      '--no-input',
      '--resolver',
      bed.resolver,
    ]);
    expect(next.code, next.stderr).toBe(6);
    const said = next.stderr.split('\n').flatMap((line) => cutOff.exec(line)?.slice(1) ?? []);
    expect(said).toEqual(expect.arrayContaining([part, left?.id, expect.stringContaining(says)]));
    expect(await bed.writesSince(before)).toEqual([]);
  });

  test('killed while the gate is kept, the gate is kept by the next', async () => {
    await killedAt(installation, 'before sent ConfigMap', unattended(installation));
    const next = await run(installation, [
      'setup',
      '--answers',
      installation.answers,
      '--no-input',
      '--resolver',
      bed.resolver,
    ]);
    expect(next.stderr).toMatch(cutOff);
  });

  test('goes on to the end; every object was sent exactly once, and no journal is left open', async () => {
    const last = await setUp(installation, ['-o', 'json']);
    expect(last.code, last.stdout + last.stderr).toBe(0);
    const sent = (await bed.writesSince(mark)).filter(({ resource }) => resource !== 'configmaps');
    const counts = Map.groupBy(sent, ({ resource, namespace, name }) => `${resource} ${namespace ?? ''} ${name}`);
    expect(sent.filter(({ code }) => code >= 300)).toEqual([]);
    expect(
      [...counts].filter(([, all]) => all.length !== 1).map(([object, all]) => `${object}: ${all.length}`),
    ).toEqual([]);
    const open = (await historyOf(installation)).filter(({ state }) => state === 'unclear' || state === 'unfinished');
    expect(open).toEqual([]);
  });
});

describe('set-up put back instead', () => {
  test.each(['before sent Service', 'after intent Certificate', 'before sent PodDisruptionBudget'])(
    '%s: undo takes away all that was made, also what was never noted as sent',
    async (point) => {
      await emptyCluster();
      const installation = await newInstallation();
      await killedAt(installation, point, unattended(installation));
      const [left] = await historyOf(installation);
      const undone = await run(installation, ['undo', left?.id ?? '', '--yes', '--confirm', 'orion-staging']);
      expect(undone.stderr).toContain('a namespace is not deleted');
      expect(await made()).toEqual([]);
      const [, after] = await historyOf(installation);
      expect(after?.id).toBe(left?.id);
      expect(after?.state, undone.stdout + undone.stderr).toBe('closed');
    },
  );
});

/** What set-up makes in staging beside the namespace. */
async function made(): Promise<readonly string[]> {
  const kinds = 'deployments,services,ingresses,certificates,networkpolicies,poddisruptionbudgets,secrets';
  const names = await bed.kubectl(`-n orion-staging get ${kinds} -o name`);
  // What cert-manager made for the certificate goes away after it.
  return names.split('\n').filter((name) => name !== '' && !/^secret\/auth-tls|cm-acme-http-solver/.test(name));
}
