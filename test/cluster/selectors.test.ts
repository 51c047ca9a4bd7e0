import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selects } from '../../src/core/kubernetes/selectors.ts';
import { type Expression, expressionsOf, labelsMap, selector } from '../core/kubernetes/random-labels.ts';
import type { Json } from './bed/api-client.ts';
import { currentBed } from './bed/bed.ts';

/** What every runbook takes a selector to select, against the API server's own answers. */
const bed = currentBed();

/** As kubectl's `-l` writes it. */
function queryOf({ key, operator, values }: Expression): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}

/** The same in every run, so that there are always some that select a part. */
const seed = 4711;

test('a hundred selectors select of twenty ConfigMaps those that the API server lists', async () => {
  const namespace = await bed.namespace('selectors');
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const named = fc
    .sample(labelsMap, { numRuns: 20, seed })
    .map((labels, place) => ({ name: `labelled-${place}`, labels }));
  await Promise.all(
    named.map(({ name, labels }) =>
      bed.api.create(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels } }),
    ),
  );

  const answers = await Promise.all(
    fc.sample(selector, { numRuns: 100, seed }).map(async (wanted) => {
      const query = expressionsOf(wanted).map(queryOf).join(',');
      const { items } = await bed.api.get(`${path}?labelSelector=${encodeURIComponent(query)}`);
      const listed = items.map(({ metadata }: Json): string => metadata.name);
      return {
        query,
        theirs: named.map(({ name }) => name).filter((name) => listed.includes(name)),
        ours: named.filter(({ labels }) => selects(wanted, labels)).map(({ name }) => name),
      };
    }),
  );
  expect(answers.map(({ query, ours }) => ({ query, selected: ours }))).toEqual(
    answers.map(({ query, theirs }) => ({ query, selected: theirs })),
  );
  // Sampled selectors that all select nothing would prove little.
  expect(answers.filter(({ theirs }) => theirs.length > 0 && theirs.length < named.length).length).toBeGreaterThan(20);
});
