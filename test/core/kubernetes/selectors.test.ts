import { test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { selects, serviceSelects } from '../../../src/core/kubernetes/selectors.ts';
import { expressionsOf, type Labels, labelsMap, selector } from './random-labels.ts';

/**
 * The rule as the Kubernetes docs put it (concepts/overview/working-with-objects/labels, "Set-based requirement"): NotIn and
 * DoesNotExist are the plain opposites of In and Exists, "all of the requirements, from both matchLabels and matchExpressions,
 * are ANDed together", and a matchLabels pair is an In of the one value.
 */
function docsSay(wanted: Parameters<typeof expressionsOf>[0], labels: Labels): boolean {
  const pairs = new Map(Object.entries(labels));
  for (const { key, operator, values } of expressionsOf(wanted)) {
    const isAmong = [...pairs].some(([name, value]) => name === key && values.some((one) => one === value));
    if (operator === 'In' && !isAmong) return false;
    if (operator === 'NotIn' && isAmong) return false;
    if (operator === 'Exists' && !pairs.has(key)) return false;
    if (operator === 'DoesNotExist' && pairs.has(key)) return false;
  }
  return true;
}

describe('a LabelSelector', () => {
  property.prop([selector, labelsMap], { numRuns: 2000 })('selects what the docs say', (wanted, labels) => {
    expect(selects(wanted, labels)).toBe(docsSay(wanted, labels));
  });

  property.prop([labelsMap])('that is empty selects everything, an absent one nothing', (labels) => {
    for (const empty of [{}, { matchLabels: {} }, { matchExpressions: [] }, { matchLabels: {}, matchExpressions: [] }])
      expect(selects(empty, labels)).toBe(true);
    expect(selects(undefined, labels)).toBe(false);
    expect(selects(null, labels)).toBe(false);
  });

  property.prop([selector, selector, labelsMap])('with more requirements never selects more', (one, other, labels) => {
    const both = { matchExpressions: [...expressionsOf(one), ...expressionsOf(other)] };
    expect(selects(both, labels)).toBe(selects(one, labels) && selects(other, labels));
  });

  /** `constructor` is a name like any other to Kubernetes. */
  test.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty'])('goes by the labels there are: %s', (key) => {
    expect(selects({ matchExpressions: [{ key, operator: 'Exists' }] }, {})).toBe(false);
    expect(selects({ matchExpressions: [{ key, operator: 'DoesNotExist' }] }, {})).toBe(true);
    expect(selects({ matchLabels: { [key]: 'x' } }, { [key]: 'x' })).toBe(true);
  });

  /** apimachinery NewRequirement refuses them, and with them the whole selector. */
  test.each([
    { key: 'app', operator: 'NotIn', values: [] },
    { key: 'app', operator: 'NotIn' },
    { key: 'app', operator: 'In', values: [] },
    { key: 'app', operator: 'DoesNotExist', values: ['web'] },
    { key: 'tier', operator: 'Exists', values: ['web'] },
    { operator: 'DoesNotExist' },
    { key: 'tier', operator: 'Like', values: ['web'] },
  ])('that is no valid one selects nothing: %j', (expression) => {
    expect(selects({ matchExpressions: [expression] }, { tier: 'web' })).toBe(false);
  });
});

describe("a Service's selector", () => {
  property.prop([labelsMap, labelsMap])('is matchLabels, but selects nothing where it is empty', (wanted, labels) => {
    const isEmpty = Object.keys(wanted).length === 0;
    expect(serviceSelects(wanted, labels)).toBe(!isEmpty && docsSay({ matchLabels: wanted }, labels));
    expect(serviceSelects(undefined, labels)).toBe(false);
  });
});
