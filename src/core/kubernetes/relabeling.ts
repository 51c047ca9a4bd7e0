import { at, numberAt, textAt, textsAt } from './field.ts';
import { md5 } from './md5.ts';
import { anchored, expand } from './re2.ts';

export type Labels = Readonly<Record<string, string>>;

/** One rule of relabeling, with Prometheus' defaults filled in (model/relabel, DefaultRelabelConfig). */
export type RelabelRule = {
  readonly action: string;
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly regex: string;
  readonly targetLabel: string;
  readonly replacement: string;
  readonly modulus: number;
};

export const relabelRule = (rule: Partial<RelabelRule>): RelabelRule => ({
  action: 'replace',
  sourceLabels: [],
  separator: ';',
  regex: '(.*)',
  targetLabel: '',
  replacement: '$1',
  modulus: 0,
  ...rule,
});

/** A rule as a ServiceMonitor writes it. */
export function ruleOf(written: unknown): RelabelRule {
  const [separator, regex, replacement] = ['separator', 'regex', 'replacement'].map((name) => textAt(written, name));
  return relabelRule({
    action: (textAt(written, 'action') ?? 'replace').toLowerCase(),
    sourceLabels: textsAt(written, 'sourceLabels'),
    targetLabel: textAt(written, 'targetLabel') ?? '',
    modulus: numberAt(written, 'modulus') ?? 0,
    // The operator leaves out an empty regex, and so the default holds; an empty replacement counts.
    ...(regex ? { regex } : {}),
    ...(separator === undefined ? {} : { separator }),
    ...(at(written, 'replacement') === undefined ? {} : { replacement: replacement ?? '' }),
  });
}

export type Relabeled =
  | { readonly kept: true; readonly labels: Labels }
  /** `by` is the place of the rule that dropped it. */
  | { readonly kept: false; readonly by: number }
  /** The rule at `by` cannot be worked out here. */
  | { readonly kept: 'unsure'; readonly by: number };

/** What the rules make of one target's labels, in their order. Source: prometheus, model/relabel/relabel.go. */
export function relabeled(given: Labels, rules: readonly RelabelRule[]): Relabeled {
  let labels = given;
  for (const [by, rule] of rules.entries()) {
    const next = apply(rule, labels);
    if (next === 'dropped') return { kept: false, by };
    if (next === 'unsure') return { kept: 'unsure', by };
    labels = next;
  }
  return { kept: true, labels };
}

function apply(rule: RelabelRule, labels: Labels): Labels | 'dropped' | 'unsure' {
  const value = rule.sourceLabels.map((name) => labels[name] ?? '').join(rule.separator);
  const pattern = anchored(rule.regex);
  if (typeof pattern === 'string') return 'unsure';
  switch (rule.action) {
    case 'keep':
      return pattern.test(value) ? labels : 'dropped';
    case 'drop':
      return pattern.test(value) ? 'dropped' : labels;
    case 'keepequal':
      return (labels[rule.targetLabel] ?? '') === value ? labels : 'dropped';
    case 'dropequal':
      return (labels[rule.targetLabel] ?? '') === value ? 'dropped' : labels;
    // Any text is a label's name since Prometheus 3; before it had to be letters, digits and underscores.
    case 'replace': {
      const matched = pattern.exec(value);
      if (!matched) return labels;
      const target = expand(rule.targetLabel, matched);
      return target !== '' ? withLabel(labels, target, expand(rule.replacement, matched)) : labels;
    }
    case 'lowercase':
      return withLabel(labels, rule.targetLabel, value.toLowerCase());
    case 'uppercase':
      return withLabel(labels, rule.targetLabel, value.toUpperCase());
    case 'hashmod':
      return withLabel(labels, rule.targetLabel, hashmod(value, rule.modulus));
    case 'labelmap':
      return Object.entries(labels).reduce((now, [name, held]) => {
        const matched = pattern.exec(name);
        return matched ? withLabel(now, expand(rule.replacement, matched), held) : now;
      }, labels);
    case 'labeldrop':
      return Object.fromEntries(Object.entries(labels).filter(([name]) => !pattern.test(name)));
    case 'labelkeep':
      return Object.fromEntries(Object.entries(labels).filter(([name]) => pattern.test(name)));
    default:
      return 'unsure';
  }
}

/** A label without a value is none. */
function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...others } = labels;
  return value === '' ? others : { ...others, [name]: value };
}

/** The last eight bytes of MD5 as a number, most significant first. */
function hashmod(value: string, modulus: number): string {
  if (modulus <= 0) return '0';
  const digest = md5(value);
  const number = new DataView(digest.buffer).getBigUint64(8);
  return String(number % BigInt(modulus));
}
