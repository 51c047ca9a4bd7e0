import { expect, test } from 'vitest';
import { queryDocument } from '../../../src/core/prometheus/documents.ts';
import { scenarioSchema } from '../../../src/core/scenario.ts';
import { scenarios } from '../../runbooks/scenario-files.ts';

/** A Prometheus, a ServiceMonitor and two pods, as recorded: here the monitor asks two paths of one port. */
const scenario = scenarios.find(({ name }) => name === 'target-404');
if (!scenario) throw new Error('the scenario is gone');
const { objects, world, now } = scenario;
const paths = (...wanted: readonly string[]) =>
  objects.map((object) =>
    object.kind === 'ServiceMonitor'
      ? {
          ...object,
          spec: { ...(object['spec'] as object), endpoints: wanted.map((path) => ({ port: 'http', path })) },
        }
      : object,
  );
const { pages } = scenarioSchema.shape.world.parse({
  pages: { '3001/one': { body: 'a 1\n' }, '3001/three': { body: 'a 1\nb 1\nc 1\n' } },
});

test.each([
  [['/one', '/three'], '3'],
  [['/three', '/one'], '1'],
])('targets of equal labels (%s) write one series, and the last of them is its number', (wanted, value) => {
  const all = paths(...wanted);
  const prometheus = all.find(({ kind }) => kind === 'Prometheus');
  if (!prometheus) throw new Error('there is no Prometheus');
  const { result } = queryDocument(
    'scrape_samples_scraped{}',
    prometheus,
    all,
    { ...world, looks: {}, pages },
    new Date(now),
  );
  const instances = result.map(({ metric }) => (metric as { readonly instance?: string }).instance);
  expect(result.length).toBeGreaterThan(0);
  expect(new Set(instances).size).toBe(instances.length);
  expect(result.map((sample) => sample.value[1])).toEqual(result.map(() => value));
});
