import type { Alert } from './alert.ts';
import { hushes, labelOf, unknownSource } from './inhibition.ts';
import { fitOf, type InhibitRule } from './route.ts';

/** One of our alerts that a rule keeps from being told, and when. */
export type Hush = {
  readonly rule: InhibitRule;
  readonly alert: string;
  /**
   * always: its source fires at all times. unless-worse: its source fires in a namespace where nothing but info alerts do, as this one.
   * while: as long as some source fires.
   */
  readonly when: 'always' | 'unless-worse' | 'while';
  /** Ours among its sources. */
  readonly by: readonly string[];
  /** Of these, those that are whatever the labels are that nobody knows beforehand. */
  readonly surelyBy: readonly string[];
  /** Others than ours may be its source, too. */
  readonly others: boolean;
  /** Whether it is so whatever the labels are that nobody knows beforehand. */
  readonly sure: boolean;
};

/** Fires at all times by design, so that somebody sees where alerts do not come through any more (kube-prometheus). */
export const watchdogName = 'Watchdog';
/** Fires in a namespace that has an info alert and neither a warning nor a critical one, to hush what is only info (kube-prometheus). */
export const infoInhibitorName = 'InfoInhibitor';

const watchdog = (external: Alert['labels']): Alert => ({
  name: watchdogName,
  labels: { ...external, alertname: watchdogName, severity: 'none' },
  open: [],
});

/** For a warning it never fires in that namespace, since the warning does. */
function infoInhibitor(external: Alert['labels'], hushed: Alert): Alert {
  const labels = { ...external, alertname: infoInhibitorName, severity: 'none' };
  const [severity, namespace] = [labelOf(hushed, 'severity'), labelOf(hushed, 'namespace')];
  const isInfo = severity === 'info' && namespace !== undefined && namespace !== '';
  return {
    name: infoInhibitorName,
    labels: isInfo ? { ...labels, namespace } : labels,
    open: severity === undefined || namespace === undefined ? ['namespace'] : [],
  };
}

/** What the rules of an Alertmanager keep from being told of these alerts, which a Prometheus with these labels of its own sends. */
export function hushesOf(
  alerts: readonly Alert[],
  rules: readonly InhibitRule[],
  external: Alert['labels'],
): readonly Hush[] {
  return rules.flatMap((rule) => alerts.flatMap((alert) => hushOf(rule, alert, alerts, external) ?? []));
}

function hushOf(rule: InhibitRule, alert: Alert, all: readonly Alert[], external: Alert['labels']): Hush | undefined {
  const target = fitOf(rule.target, alert);
  if (target === 'no') return undefined;
  const base = { rule, alert: alert.name };
  if (hushes(rule, alert, watchdog(external)) === 'yes')
    return { ...base, when: 'always', by: [], surelyBy: [], others: true, sure: true };
  const inhibitor = infoInhibitor(external, alert);
  if (labelOf(alert, 'severity') === 'info' && hushes(rule, alert, inhibitor) === 'yes')
    return { ...base, when: 'unless-worse', by: [], surelyBy: [], others: true, sure: true };

  const ours = all.filter((one) => hushes(rule, alert, one) !== 'no');
  const others = mayBeOthers(rule, alert, all, inhibitor);
  if (ours.length === 0 && !others) return undefined;
  const surely = ours.filter((one) => hushes(rule, alert, one) === 'yes');
  const isSure = target === 'yes' && (others || surely.length > 0);
  const [by, surelyBy] = [ours, surely].map((some) => [...new Set(some.map(({ name }) => name))]);
  return { ...base, when: 'while', by: by ?? [], surelyBy: surelyBy ?? [], others, sure: isSure };
}

/** One of our names is ours alone, and an InfoInhibitor that does not fire for it hushes nothing. */
function mayBeOthers(rule: InhibitRule, alert: Alert, all: readonly Alert[], inhibitor: Alert): boolean {
  const source = unknownSource(rule, alert);
  if (hushes(rule, alert, source) === 'no' || all.some(({ name }) => name === source.name)) return false;
  return source.name !== infoInhibitorName || hushes(rule, alert, inhibitor) !== 'no';
}

/** Two of ours that hush each other while both fire: then nobody is told of either. */
export const eachOther = (hushed: readonly Hush[]): readonly Hush[] =>
  hushed.filter(({ alert, surelyBy }) =>
    hushed.some((other) => other.alert !== alert && surelyBy.includes(other.alert) && other.surelyBy.includes(alert)),
  );
