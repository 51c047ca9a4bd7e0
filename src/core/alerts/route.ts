import { anchored } from '../kubernetes/re2.ts';
import type { Alert } from './alert.ts';

export type Matcher = {
  readonly label: string;
  readonly is: '=' | '!=' | '=~' | '!~';
  readonly value: string;
};

/** A node of an Alertmanager's routing tree, with the receiver it inherits filled in. */
export type Route = {
  readonly receiver: string;
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  /** It tells only, or not, in certain intervals of time. */
  readonly timed: boolean;
  readonly routes: readonly Route[];
};

/** A rule of an Alertmanager by which one alert keeps others from being told, for as long as it fires. */
export type InhibitRule = {
  /** Its place among the rules, the first one 1. */
  readonly place: number;
  readonly name: string;
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
};

/** What an Alertmanager's configuration comes to here: who is told of what. How a receiver tells is not kept. */
export type AlertRoutes = {
  readonly route: Route;
  /** By name, with the number of ways in which each tells somebody: none tells nobody, as kube-prometheus-stack's `null`. */
  readonly receivers: readonly { readonly name: string; readonly ways: number }[];
  /** By which one alert keeps others from being told. */
  readonly inhibitions: readonly InhibitRule[];
};

export type Reached = {
  /** The routes that take the alert; where that is not sure, those that may. */
  readonly routes: readonly Route[];
  /** Whether it is these and no others, whatever the labels are that nobody knows beforehand. */
  readonly sure: boolean;
};

/** Depth first, from left to right; the first child that takes an alert ends it unless it says `continue` (alertmanager, dispatch/route.go). */
export function reached(route: Route, alert: Alert): Reached {
  const { fit, routes, sure } = into(route, alert);
  return { routes, sure: sure && fit === 'yes' };
}

/** Longer ones are not held against a pattern. */
const mostTried = 300;

export type Fit = 'yes' | 'no' | 'maybe';

function into(route: Route, alert: Alert): Reached & { readonly fit: Fit } {
  const fit = fitOf(route.matchers, alert);
  if (fit === 'no') return { fit, routes: [], sure: true };
  const taken: Route[] = [];
  let isSure = true;
  let isTaken = false;
  for (const child of route.routes) {
    const below = into(child, alert);
    if (below.fit === 'no') continue;
    taken.push(...below.routes);
    isSure &&= below.sure && below.fit === 'yes';
    if (below.fit === 'maybe') continue;
    isTaken = true;
    if (!child.continue) break;
  }
  return { fit, routes: isTaken ? taken : [...taken, route], sure: isSure };
}

/** Whether all of them match, whatever the labels are that nobody knows beforehand. */
export function fitOf(matchers: readonly Matcher[], alert: Alert): Fit {
  const fits = matchers.map((matcher) => fitOfOne(matcher, alert));
  return fits.includes('no') ? 'no' : fits.includes('maybe') ? 'maybe' : 'yes';
}

/** A label that an alert does not have reads as empty. */
function fitOfOne({ label, is, value }: Matcher, { labels, open }: Alert): Fit {
  const known = Object.hasOwn(labels, label) ? labels[label] : undefined;
  if (known === undefined && (open === 'all' || open.includes(label))) return 'maybe';
  const held = known ?? '';
  switch (is) {
    case '=':
      return held === value ? 'yes' : 'no';
    case '!=':
      return held === value ? 'no' : 'yes';
    default: {
      const pattern = held.length > mostTried ? 'unsure' : anchored(value);
      if (typeof pattern === 'string') return 'maybe';
      return pattern.test(held) === (is === '=~') ? 'yes' : 'no';
    }
  }
}
