import type { Alert } from './alert.ts';
import { type Fit, fitOf, type InhibitRule } from './route.ts';

/**
 * Whether `by` hushes `hushed` while it fires: both sides match, and the labels under `equal` are the same; where none has one, that is
 * the same too. Who matches both sides is not hushed by another who does (alertmanager, inhibit/inhibit.go).
 */
export function hushes({ source, target, equal }: InhibitRule, hushed: Alert, by: Alert): Fit {
  const isOnBothSides = least([fitOf(source, hushed), fitOf(target, by)]);
  return least([
    fitOf(target, hushed),
    fitOf(source, by),
    ...equal.map((label) => isSame(label, hushed, by)),
    opposite[isOnBothSides],
  ]);
}

const opposite: Readonly<Record<Fit, Fit>> = { yes: 'no', no: 'yes', maybe: 'maybe' };

const least = (fits: readonly Fit[]): Fit => (fits.includes('no') ? 'no' : fits.includes('maybe') ? 'maybe' : 'yes');

function isSame(label: string, one: Alert, other: Alert): Fit {
  const [a, b] = [labelOf(one, label), labelOf(other, label)];
  if (a === undefined || b === undefined) return 'maybe';
  return a === b ? 'yes' : 'no';
}

/** Undefined where nobody knows it beforehand. */
export function labelOf({ labels, open }: Alert, label: string): string | undefined {
  if (Object.hasOwn(labels, label)) return labels[label];
  return open === 'all' || open.includes(label) ? undefined : '';
}

/** All that is sure of an alert that nobody here knows, if it hushes this one by this rule. */
export function unknownSource({ source, equal }: InhibitRule, hushed: Alert): Alert {
  const said = source.filter(({ is }) => is === '=').map(({ label, value }) => [label, value] as const);
  const same = equal.flatMap((label) => {
    const value = labelOf(hushed, label);
    return value === undefined ? [] : [[label, value] as const];
  });
  // What both say stands as it must be for the two to be the same: where the matcher says otherwise, it does not fit.
  const labels = { ...Object.fromEntries(said), ...Object.fromEntries(same) };
  return { name: labels['alertname'] ?? '', labels, open: 'all' };
}
