import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { emptyCluster, type Installation, type Run, secretsText } from '../setup/installation.ts';
import { command, consentTo, deployReportOf, memoryIn } from './pipeline.ts';
import { writtenTree } from './written-tree.ts';

/** Rotations leave one Secret each behind: --prune takes those that nothing can return to any more, and says why it keeps the others. */
const bed = currentBed();
const consent = consentTo('staging');

let pipeline: Installation;
/** Their names, the oldest first. */
const secrets: string[] = [];

const there = async (): Promise<readonly string[]> => {
  const { items } = await bed.api.get('/api/v1/namespaces/orion-staging/secrets');
  const names = items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
  return secrets.filter((name) => names.includes(name));
};
const object = (n: number) => `Secret/orion-staging/${secrets[n]}`;

/** In the order of the rotations. */
const leftoversOf = (ran: Run) =>
  deployReportOf(ran).leftovers.toSorted((one, other) => place(one.object) - place(other.object));
const place = (name: string): number => secrets.findIndex((secret) => name.endsWith(secret));

async function rotate(time: number): Promise<void> {
  const values = { ...pipeline.secrets.staging, 'jwt-secret': `${pipeline.secrets.staging['jwt-secret']}-${time}` };
  writeFileSync(join(pipeline.tree, 'overlays/staging/secrets.env'), secretsText(values));
  const ran = await command(pipeline, 'deploy staging -o json', consent);
  if (ran.code !== 0) throw new Error(ran.stdout + ran.stderr);
  secrets.push((await memoryIn('staging')).sets.at(-1).secrets[0].name);
}

/** As it is once ten more sets were applied: only the last ones are remembered. */
async function forgetAllBut(last: number): Promise<void> {
  const path = '/api/v1/namespaces/orion-staging/configmaps/orion-setup';
  const memory = await memoryIn('staging');
  const forgotten = { ...memory, sets: memory.sets.slice(-last) };
  await bed.api.mergePatch(path, { data: { 'memory.json': JSON.stringify(forgotten) } });
}

beforeAll(async () => {
  await emptyCluster();
  pipeline = await writtenTree();
  for (const time of [1, 2, 3]) await rotate(time);
}, 180_000);
afterAll(emptyCluster);

test('a Secret of a set that a rollback may return to is no leftover; with --prune it is said why it stays', async () => {
  expect(new Set(secrets).size).toBe(3);
  expect((await command(pipeline, 'diff staging')).stdout).not.toContain('Secret/');
  const seen = await command(pipeline, 'diff staging --prune -o json');
  expect(seen.code, seen.stdout).toBe(0);
  expect(leftoversOf(seen)).toEqual([
    { object: object(0), kept: 'a rollback to set 1 needs it' },
    { object: object(1), kept: 'a rollback to set 2 needs it' },
  ]);
});

test('one of a set that is forgotten stays as long as a ReplicaSet refers to it, which is said', async () => {
  await forgetAllBut(2);
  const mark = bed.auditMark();
  const ran = await command(pipeline, 'deploy staging --prune -o json', consent);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(leftoversOf(ran)).toEqual([
    {
      object: object(0),
      kept: expect.stringMatching(/^ReplicaSet\/auth-service-\w+ refers to it, and a rollback to revision 1 needs it$/),
    },
    { object: object(1), kept: 'a rollback to set 2 needs it' },
  ]);
  expect((await bed.writesSince(mark)).filter(({ resource }) => resource === 'secrets')).toEqual([]);
  expect(await there()).toEqual(secrets);
});

test('once nothing refers to it, it is listed before, and deleted with --prune and the namespace typed', async () => {
  const { items } = await bed.api.get('/apis/apps/v1/namespaces/orion-staging/replicasets');
  const [first] = items.filter(
    ({ metadata }: { metadata: { annotations: Record<string, string> } }) =>
      metadata.annotations['deployment.kubernetes.io/revision'] === '1',
  );
  await bed.kubectl(['-n', 'orion-staging', 'delete', 'replicaset', first.metadata.name]);
  const seen = await command(pipeline, 'diff staging');
  expect(seen.code, seen.stdout).toBe(0);
  expect(seen.stdout).toContain(`Of an earlier set, and stays: ${object(0)}. With --prune it is deleted.`);
  const listed = await command(pipeline, 'deploy staging --prune', ['--yes']);
  expect(listed.code).toBe(6);
  expect(listed.stderr).toContain(`Deleted, of an earlier set: ${object(0)}`);
  expect(await there()).toEqual(secrets);

  const ran = await command(pipeline, 'deploy staging --prune -o json', consent);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(deployReportOf(ran).applied).toEqual([object(0)]);
  expect(await there()).toEqual(secrets.slice(1));
  // What is deleted is forgotten; what stays is still known.
  const { inventory } = await memoryIn('staging');
  const known = inventory.flatMap(({ kind, name }: { kind: string; name: string }) =>
    kind === 'Secret' ? [name] : [],
  );
  expect(known.toSorted()).toEqual(secrets.slice(1).toSorted());
  expect((await command(pipeline, 'rollback staging -o json', consent)).code).toBe(0);
});
