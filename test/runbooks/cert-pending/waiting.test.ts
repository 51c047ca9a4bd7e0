import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { diagnosisOf, scenarios } from '../scenario-files.ts';

/** The sound production certificate, with other conditions. */
function withConditions(...conditions: readonly object[]): Scenario {
  const healthy = scenarios.find(({ name }) => name === 'healthy') as Scenario;
  const changed = (object: KubernetesObject): KubernetesObject =>
    object.kind === 'Certificate' ? { ...object, status: { ...(object['status'] as object), conditions } } : object;
  return { ...healthy, objects: healthy.objects.map(changed) };
}

const aMomentAgo = ({ now }: Pick<Scenario, 'now'>) => new Date(Date.parse(now) - 20_000).toISOString();
const since = aMomentAgo(withConditions());
const issuing = { type: 'Issuing', status: 'True', reason: 'Renewing', message: 'Renewing', lastTransitionTime: since };
const unready = { type: 'Ready', status: 'False', reason: 'Expired', message: 'expired', lastTransitionTime: since };

test.each([
  [
    'Ready comes before Issuing is taken away: cert-manager is not told to have not begun',
    [issuing, { ...unready, status: 'True', reason: 'Ready' }],
    'cert-manager to complete what it began with auth-tls-cert',
  ],
  ['nobody has begun with a certificate that is not Ready', [unready], 'cert-manager to begin with auth-tls-cert'],
])('%s', async (_, conditions, awaited) => {
  const diagnosis = await diagnosisOf(withConditions(...conditions));
  expect(diagnosis).toMatchObject({ outcome: 'waiting', waiting: { for: awaited } });
});
