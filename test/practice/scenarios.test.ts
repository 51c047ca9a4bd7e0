import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { condition } from '../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { parseScenario, type Scenario } from '../../src/core/scenario.ts';
import { livingWorld } from '../../src/practice/world-of-evidence.ts';
import { quietCluster } from './quiet-cluster.ts';

const runbooks = fileURLToPath(new URL('../../runbooks', import.meta.url));
const scenarios: readonly Scenario[] = readdirSync(runbooks, { recursive: true, encoding: 'utf8' })
  .filter((file) => /scenarios[/\\][^/\\]+\.yaml$/.test(file))
  .map((file) => parseScenario(readFileSync(`${runbooks}/${file}`, 'utf8'), file));

function loaded(scenario: Scenario) {
  const { objects, heal, world, now } = scenario.source === 'live' ? livingWorld(scenario) : scenario;
  return quietCluster({ objects, heal, world, now });
}

/** `20s`, `1m`, `2d` in seconds. */
const secondsOf = (text: string): number =>
  [...text.matchAll(/(\d+)([dhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * { d: 86_400, h: 3600, m: 60, s: 1 }[unit as 'd'],
    0,
  );

/** A Lease that is renewed is a controller at work, not a change of what was recorded. All else of it stays. */
function withoutRenewal(object: KubernetesObject): unknown {
  if (object.kind !== 'Lease') return object;
  const { managedFields: _, resourceVersion: __, ...metadata } = object.metadata;
  return { ...object, metadata, spec: { ...(object['spec'] as object), renewTime: undefined } };
}

describe('a loaded scenario stays as it was recorded, whatever its statuses say', () => {
  const still = scenarios.filter(({ heal }) => heal.length === 0 || !heal.every((step) => 'pass' in step));
  test.each(still.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const it = loaded(scenario);
    const recorded = () => it.cluster.store.all().map(withoutRenewal);
    const before = recorded();
    it.pass(300);
    expect(recorded()).toEqual(before);
  });
});

describe('a scenario that others mend is healed by what they do', () => {
  const byOthers = scenarios.filter(
    ({ heal, target }) => target.kind === 'Certificate' && heal.length > 0 && !heal.some((step) => 'remedy' in step),
  );
  test.each(byOthers.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const it = loaded(scenario);
    for (const step of scenario.heal) {
      if ('world' in step) it.world(step.world);
      if ('object' in step) it.put(step.object, step.patch, scenario.target.namespace);
      if ('pass' in step) it.pass(secondsOf(step.pass));
    }
    // Where the scenario does not say how long it takes, as long as a played story is waited for.
    if (!('pass' in (scenario.heal.at(-1) ?? {}))) it.pass(600);
    const [certificate] = it
      .all('Certificate', scenario.target.namespace)
      .filter(({ metadata }) => metadata.name === scenario.target.name);
    expect(condition(certificate, 'Ready')).toMatchObject({ status: 'True', reason: 'Ready' });
  });
});
