import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { diagnosisOf, scenarios } from '../scenario-files.ts';

/** The same back-off, looked at `milliseconds` after the failure. */
function lookedAt(failure: string, milliseconds: number): Scenario {
  const scenario = scenarios.find(({ name }) => name === 'issuance-backoff-cause-gone') as Scenario;
  const failed = (object: KubernetesObject): KubernetesObject =>
    object.kind === 'Certificate'
      ? { ...object, status: { ...(object['status'] as object), lastFailureTime: failure } }
      : object;
  const now = new Date(Date.parse(failure) + milliseconds).toISOString();
  return { ...scenario, now, objects: scenario.objects.map(failed) };
}

async function triedSince(scenario: Scenario): Promise<string | undefined> {
  const { findings } = await diagnosisOf(scenario);
  const remedy = findings.flatMap(({ remedies }) => remedies).find(({ id }) => id === 'try-now');
  const [change] = remedy?.changes ?? [];
  const conditions = change && 'edits' in change ? (change.edits[0]?.to as Record<string, string>[]) : [];
  return conditions.find(({ type }) => type === 'Issuing')?.['lastTransitionTime'];
}

const failure = '2026-11-23T05:00:00Z';

test.each([
  ['within the second of the failure, in whole seconds it is after it all the same', 700, '2026-11-23T05:00:01Z'],
  ['later it is the present moment', 90_500, '2026-11-23T05:01:30Z'],
])('a try is asked for %s', async (_, milliseconds, since) => {
  expect(await triedSince(lookedAt(failure, milliseconds))).toBe(since);
});
