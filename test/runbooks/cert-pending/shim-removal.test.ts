import { expect, test } from 'vitest';
import { atPointer, type Change, targetOf } from '../../../src/core/change.ts';
import { inverseOf } from '../../../src/core/inverse.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { diagnosisOf, scenarios } from '../scenario-files.ts';

const shimmed = scenarios.find(({ name }) => name === 'ingress-shim-duplicate-explicit-first') as Scenario;

const changesOf = async (): Promise<readonly Change[]> => {
  const { findings } = await diagnosisOf(shimmed);
  return findings.flatMap(({ remedies }) => remedies).find(({ id }) => id === 'remove-shim-certificate')?.changes ?? [];
};

test('the Certificate belongs to no Ingress any more when it is deleted: its deletion sends cert-manager to none', async () => {
  const changes = await changesOf();

  expect(changes.map((change) => `${change.do} ${targetOf(change).kind}`)).toEqual([
    'patch Ingress',
    'patch Certificate',
    'delete Certificate',
  ]);
  const [annotation, owner, deletion] = changes;
  expect(annotation).toMatchObject({ edits: [{ pointer: '/metadata/annotations/cert-manager.io~1cluster-issuer' }] });
  const shim = shimmed.objects.find(
    ({ kind, metadata }) => kind === 'Certificate' && metadata.name === targetOf(deletion as Change).name,
  );
  expect(owner).toMatchObject({
    uid: shim?.metadata['uid'],
    edits: [
      {
        pointer: '/metadata/ownerReferences',
        from: atPointer(shim, '/metadata/ownerReferences'),
        to: undefined,
      },
    ],
  });
});

test('what was done before a refused deletion is taken back: the owner, then the annotation', async () => {
  const [annotation, owner] = await changesOf();
  expect(inverseOf(owner as Change)).toMatchObject({
    can: { do: 'patch', edits: [{ pointer: '/metadata/ownerReferences', from: undefined, to: [{ kind: 'Ingress' }] }] },
  });
  expect(inverseOf(annotation as Change)).toMatchObject({ can: { do: 'patch' } });
});
