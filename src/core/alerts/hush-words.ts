import { type Hush, infoInhibitorName, watchdogName } from './hush.ts';
import type { InhibitRule, Matcher } from './route.ts';

/** In words, the alerts of one rule together. */
export function hushWords(hushed: readonly Hush[], watchdogFires: boolean | undefined): readonly string[] {
  const inOrder = hushed.toSorted((a, b) => a.rule.place - b.rule.place);
  return [
    ...Map.groupBy(inOrder, ({ rule, when, by, others, sure }) =>
      JSON.stringify([rule.place, when, by, others, sure]),
    ).values(),
  ].map((some) => {
    const [first] = some as [Hush];
    const { rule, sure } = first;
    const named = rule.name === '' ? `${rule.place}` : `${rule.place} (${JSON.stringify(rule.name)})`;
    const names = [...new Set(some.map(({ alert }) => alert))].join(', ');
    return `inhibit rule ${named} ${sure ? 'hushes' : 'may hush'} ${names} ${whenWords(first, watchdogFires)}`;
  });
}

function whenWords({ when, rule, by, others }: Hush, watchdogFires: boolean | undefined): string {
  switch (when) {
    case 'always':
      return watchdogFires === undefined
        ? `for as long as ${watchdogName} fires, which it does at all times where there is one`
        : watchdogFires
          ? `at all times: ${watchdogName} always fires, and does now`
          : `while any of its sources fires; ${watchdogName}, which always fires where there is one, is not there now`;
    case 'unless-worse':
      return `unless a warning or a critical alert fires in its namespace, too (${infoInhibitorName})`;
    case 'while':
      return others
        ? `while ${sourceWords(rule)} fires${by.length > 0 ? ` (of ours: ${by.join(', ')})` : ''}`
        : `while ${by.join(' or ')} fires`;
  }
}

const sourceWords = ({ source, equal }: InhibitRule): string => {
  const parts = [
    ...(source.length > 0
      ? [source.map(({ label, is, value }: Matcher) => `${label}${is}${JSON.stringify(value)}`).join(',')]
      : []),
    ...(equal.length > 0 ? [`the same ${equal.join(', ')}`] : []),
  ];
  return parts.length === 0 ? 'any other alert' : `an alert with ${parts.join(' and ')}`;
};
