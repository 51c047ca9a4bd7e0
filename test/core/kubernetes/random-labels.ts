import fc from 'fast-check';

export type Labels = Readonly<Record<string, string>>;
export type Expression = {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
};
export type Selector = { readonly matchLabels?: Labels; readonly matchExpressions?: readonly Expression[] };

/** Few keys and values, so that they meet; among them names that every JavaScript object has. An empty value is a valid one. */
const key = fc.constantFrom('app', 'tier', 'app.kubernetes.io/name', 'constructor', 'valueOf');
const value = fc.constantFrom('', 'web', 'Web', 'db', '1');

/** The labels of an object. */
export const labelsMap: fc.Arbitrary<Labels> = fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true });

const expression: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const), values: fc.constant([]) }),
);

/** A valid LabelSelector. */
export const selector: fc.Arbitrary<Selector> = fc.record(
  {
    matchLabels: fc.dictionary(key, value, { maxKeys: 2, noNullPrototype: true }),
    matchExpressions: fc.array(expression, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

/** All that it requires, each as an expression. */
export const expressionsOf = ({ matchLabels = {}, matchExpressions = [] }: Selector): readonly Expression[] => [
  ...Object.entries(matchLabels).map(([name, one]) => ({ key: name, operator: 'In' as const, values: [one] })),
  ...matchExpressions,
];
