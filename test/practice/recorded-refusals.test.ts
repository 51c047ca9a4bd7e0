import { describe, expect, test } from 'vitest';
import { condition, textAt } from '../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { livingWorld } from '../../src/practice/world-of-evidence.ts';
import { diagnosisOf, scenarios, told } from '../runbooks/scenario-files.ts';
import { quietCluster } from './quiet-cluster.ts';

/** A CA that refused refuses again where nobody mended anything, in whichever of its two ways cert-manager wrote its words down. */
const refused = scenarios.filter(
  ({ name, objects, expect: wanted }) =>
    (wanted?.roots.length ?? 0) > 0 &&
    // Its world has one answer for the path, with a solver and without: the next try does not come as far as the CA.
    name !== 'solver-gone-app-answers' &&
    // What it hangs on is in the operator's own tree, which is not looked at here.
    name !== 'certificate-refused-while-dns-is-missing' &&
    objects.some((object) => object.kind === 'Challenge' && textAt(object, 'status.state') === 'invalid'),
);

const isRefused = (object: KubernetesObject): boolean =>
  object.kind === 'Challenge' && textAt(object, 'status.state') === 'invalid';

/** As cert-manager reads it again: status, type and host are gone, and the event that held them has ended. */
const readAgain = (scenario: Scenario): Scenario => ({
  ...scenario,
  objects: scenario.objects
    .filter(({ kind }) => kind !== 'Event')
    .map((object): KubernetesObject => {
      if (!isRefused(object)) return object;
      const reason = textAt(object, 'status.reason')?.replace(/^.*?\d{3} urn:\S+: /s, '');
      return { ...object, status: { ...(object['status'] as object), reason } };
    }),
});

const forms = refused.flatMap((scenario) => [
  [scenario.name, 'as it was heard', scenario] as const,
  [scenario.name, 'in bare words', readAgain(scenario)] as const,
]);

describe('what a CA refused is refused again at the next try', () => {
  test.each(forms)('%s, %s', async (_, _form, scenario) => {
    const { objects, heal, world, now } = scenario.source === 'live' ? livingWorld(scenario) : scenario;
    const it = quietCluster({ objects, heal, world, now });
    const namespace = scenario.target.namespace;
    const before = it.all('Challenge', namespace).map(({ metadata }) => metadata.uid);

    it.pass(4 * 3600);

    const after = it.all('Challenge', namespace).filter(isRefused);
    expect(after.map(({ metadata }) => metadata.uid)).not.toEqual(before);
    const again = { ...scenario, objects: it.cluster.store.all(), world, now: it.now().toISOString() };
    const diagnosis = await diagnosisOf(again);
    expect(diagnosis.rootCauses, told(diagnosis)).toEqual(scenario.expect?.roots);
  });
});

describe('once it is mended, the next try is taken, whatever words were kept', () => {
  const byOthers = forms.filter(
    ([, form, { heal }]) => form === 'in bare words' && !heal.some((step) => 'remedy' in step),
  );
  test.each(byOthers)('%s, %s', (_, _form, scenario) => {
    const { objects, heal, world, now } = scenario.source === 'live' ? livingWorld(scenario) : scenario;
    const it = quietCluster({ objects, heal, world, now });
    for (const step of heal) {
      if ('world' in step) it.world(step.world);
      if ('object' in step) it.put(step.object, step.patch, scenario.target.namespace);
    }
    it.pass(4 * 3600);
    const { namespace, name } = scenario.target;
    const certificate = it.all('Certificate', namespace).find(({ metadata }) => metadata.name === name);
    expect(condition(certificate, 'Ready')).toMatchObject({ status: 'True' });
  });
});
