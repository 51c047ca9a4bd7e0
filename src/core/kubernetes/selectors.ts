import { at, textAt, textMapAt, textsAt } from './field.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Whether a LabelSelector matches. `{}` matches everything, an absent selector nothing (apimachinery LabelSelectorAsSelector).
 * A requirement that is not valid, or of an operator we do not know, matches nothing, so that nothing is claimed from it.
 */
export function selects(selector: unknown, labels: Labels): boolean {
  if (selector === null || typeof selector !== 'object') return false;
  const wanted = Object.entries(textMapAt(selector, 'matchLabels'));
  const expressions = at(selector, 'matchExpressions');
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    (Array.isArray(expressions) ? expressions : []).every((expression) => meets(expression, labels))
  );
}

/** Whether a Service's plain map selects the labels; an empty or absent one selects nothing. */
export function serviceSelects(selector: unknown, labels: Labels): boolean {
  const wanted = Object.entries(textMapAt({ selector }, 'selector'));
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/**
 * "If the operator is In or NotIn, the values array must be non-empty. If the operator is Exists or DoesNotExist, the values array
 * must be empty" (LabelSelectorRequirement). A custom resource can hold one that breaks this: controllers refuse it whole.
 */
function meets(expression: unknown, labels: Labels): boolean {
  const key = textAt(expression, 'key');
  if (!key) return false;
  // `constructor` is a valid key too, and every object in JavaScript has one.
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const values = textsAt(expression, 'values');
  const hasValues = values.length > 0;
  switch (textAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return hasValues && (value === undefined || !values.includes(value));
    case 'Exists':
      return !hasValues && value !== undefined;
    case 'DoesNotExist':
      return !hasValues && value === undefined;
    default:
      return false;
  }
}
