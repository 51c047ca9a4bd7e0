import { expect, test } from 'vitest';
import type { ScrapePoolAnswer } from '../../../src/core/look-answers.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { diagnosisOf, scenarios } from '../scenario-files.ts';

/** Of two pods one was scraped, and answered 404. */
const name = 'target-404-one-scraped';
const scenario = scenarios.find((one) => one.name === name) as Scenario;

/** The same, once the other was scraped too. */
function scraped(fares: { readonly health: 'up' | 'down'; readonly lastError: string }): Scenario {
  const [[look, answer]] = Object.entries(scenario.world.looks) as [[string, ScrapePoolAnswer]];
  const lastScrape = '2026-11-26T22:59:59.500Z';
  const targets = answer.targets.map((one) => (one.health === 'unknown' ? { ...one, ...fares, lastScrape } : one));
  return { ...scenario, world: { ...scenario.world, looks: { [look]: { ...answer, targets } } } };
}

const found = async (seen: Scenario) => (await diagnosisOf(seen)).findings[0];

test('while another pod may be well, the pod is named and the ServiceMonitor left alone', async () => {
  const finding = await found(scenario);
  expect(finding).toMatchObject({ code: 'target-404', object: { kind: 'Pod', name: 'auth-service-cd8f9ff6b-mnk2j' } });
  expect(finding?.because).toContain('1 of 2 targets (pod auth-service-cd8f9ff6b-mnk2j)');
  expect(finding?.because).not.toContain('the ServiceMonitor is right');
  expect(finding?.remedies.map(({ automatic }) => automatic)).toEqual(['no']);
});

test('once it is seen to be well, the ServiceMonitor is called right', async () => {
  const finding = await found(scraped({ health: 'up', lastError: '' }));
  expect(finding?.object.kind).toBe('Pod');
  expect(finding?.because).toContain('the ServiceMonitor is right');
});

test('once it answers the same, the ServiceMonitor is wrong, and mended', async () => {
  const finding = await found(scraped({ health: 'down', lastError: 'server returned HTTP status 404 Not Found' }));
  expect(finding?.object.kind).toBe('ServiceMonitor');
  expect(finding?.remedies.map(({ automatic }) => automatic)).toContain('yes');
});
