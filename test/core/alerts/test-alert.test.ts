import { expect, test } from 'vitest';
import { alertRounds } from '../../../src/core/alerts/looks.ts';
import { testAlertPlan } from '../../../src/core/alerts/test-alert.ts';
import { sightOf } from '../../../src/core/sight.ts';
import { gather } from '../../../src/engine/diagnose.ts';
import { alertProposal } from '../../../src/views/plain/alert-text.ts';
import { lookerOn, soundGround } from '../verify/sound-cluster.ts';

/** What is said of a test alert before it is posted, where the Alertmanager has inhibit rules. */
const ground = soundGround();
const namespace = 'orion-staging';

async function proposed(rules: string): Promise<string> {
  const config = `route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{}]}]\ninhibit_rules: [${rules}]`;
  const look = lookerOn({ ...ground, world: { ...ground.world, alertmanager: { answers: true, config } } });
  const target = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
  const signal = AbortSignal.timeout(60_000);
  const plan = testAlertPlan(
    sightOf(await gather(alertRounds(namespace), target, look, ground.now, signal)),
    namespace,
    0,
  );
  if (!plan) throw new Error('no plan');
  return alertProposal(plan);
}

test('without a rule that concerns it, nothing is said of any', async () => {
  expect(await proposed('{source_matchers: [a="b"], target_matchers: [c="d"]}')).not.toMatch(/inhibit|But/);
});

test('a critical one hushes warnings of ours for as long as it is there: said before', async () => {
  const said = await proposed(
    '{source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [namespace]}',
  );
  expect(said).toMatch(
    /^While it is there, nobody is told of AuthServiceHighLatency, .*: an inhibit rule hushes them\.$/m,
  );
  expect(said).not.toMatch(/told of .*AuthServiceHighErrorRate/);
});

test('by which rule it would not be told itself', async () => {
  const said = await proposed('{source_matchers: [alertname=Maintenance], target_matchers: [namespace=~"orion.*"]}');
  expect(said).toContain(
    'But inhibit rule 1 hushes OrionSetupTestAlert while an alert with alertname="Maintenance" fires.',
  );
});
