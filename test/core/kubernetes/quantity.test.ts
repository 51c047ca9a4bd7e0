import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { quantity } from '../../../src/core/kubernetes/quantity.ts';

test.each([
  ['100m', 0.1],
  ['2', 2],
  ['1.5', 1.5],
  ['128Mi', 128 * 1024 * 1024],
  ['1Gi', 1024 ** 3],
  ['1G', 1e9],
  ['1e3', 1000],
  ['16374424Ki', 16374424 * 1024],
  [4, 4],
])('%s', (text, wanted) => {
  expect(quantity(text)).toBeCloseTo(wanted, 6);
});

test.each(['', 'x', '1 Gi', '1gi', 'NaN', 'Infinity', null, undefined, {}, Number.NaN])('%j is none', (value) => {
  expect(quantity(value)).toBeUndefined();
});

property.prop([fc.nat()])('a thousand thousandths are one', (number) => {
  expect(quantity(`${number}000m`)).toBeCloseTo(number, 6);
});
