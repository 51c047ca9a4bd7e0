import { at, textAt, textMapAt, textsAt } from './field.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Whether a LabelSelector matches. `{}` matches everything, an absent selector nothing (apimachinery LabelSelectorAsSelector).
 * An operator we do not know matches nothing, so that nothing is claimed from it.
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

function meets(expression: unknown, labels: Labels): boolean {
  const value = labels[textAt(expression, 'key') ?? ''];
  const values = textsAt(expression, 'values');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
