import { describe, expect, test } from 'vitest';
import { isOutside, type Look } from '../../src/core/look.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { scenarioLooker } from '../../src/core/scenario-look.ts';
import { gather } from '../../src/engine/diagnose.ts';
import { runbookOf, scenarios, targetOf } from './scenario-files.ts';

const mostRounds = 3;
const mostRequests = 25;

type Reads = {
  readonly scenario: string;
  readonly rounds: number;
  readonly requests: number;
  readonly outside: number;
};

async function readsOf(scenario: Scenario): Promise<Reads> {
  const looks: Look[] = [];
  const look = scenarioLooker(scenario);
  let rounds = 0;
  const counted = runbookOf(scenario).rounds.map((round) => (sight: Parameters<typeof round>[0]) => {
    const wanted = round(sight);
    if (wanted.length > 0) rounds += 1;
    return wanted;
  });
  await gather(
    counted,
    targetOf(scenario),
    (item, signal) => {
      looks.push(item);
      return look(item, signal);
    },
    new Date(scenario.now),
    new AbortController().signal,
  );
  // Pages of pods are asked of the pods: the API server only carries them.
  const requests = looks.filter((item) => !isOutside(item) && item.at !== 'metrics-page').length;
  return { scenario: scenario.name, rounds, requests, outside: looks.length - requests };
}

describe('a diagnosis asks little of the API server', () => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    const { rounds, requests } = await readsOf(scenario);
    expect(rounds).toBeLessThanOrEqual(mostRounds);
    expect(requests).toBeLessThanOrEqual(mostRequests);
  });

  test('in numbers', async () => {
    const reads = await Promise.all(scenarios.map(readsOf));
    const most = (key: 'rounds' | 'requests' | 'outside') => Math.max(...reads.map((item) => item[key]));
    console.log(
      `${reads.length} scenarios: at most ${most('rounds')} rounds, ${most('requests')} API requests, ${most('outside')} looks from outside`,
    );
    for (const { scenario, rounds, requests, outside } of reads)
      console.log(`  ${scenario}: ${rounds} rounds, ${requests} requests, ${outside} outside`);
    expect(most('requests')).toBeGreaterThan(0);
  });
});
