import { parse } from 'yaml';
import { at, listAt, textAt, textMapAt, textsAt } from '../kubernetes/field.ts';
import { redactText } from '../redact.ts';
import { matchersOf } from './matchers.ts';
import type { AlertRoutes, Matcher, Route } from './route.ts';

const mostRoutes = 2000;
const mostDepth = 20;

/**
 * The routes of an Alertmanager's configuration. Receivers hold addresses, keys and whatever people wrote into templates: nothing of them
 * leaves this function but their names. Undefined where the text is no such configuration, or one that cannot be told faithfully.
 */
export function alertRoutesOf(text: string): AlertRoutes | undefined {
  let config: unknown;
  try {
    config = parse(text, { maxAliasCount: 100, logLevel: 'silent' });
  } catch {
    // What a parser says quotes the text.
    return undefined;
  }
  const root = at(config, 'route');
  const receivers = listAt(config, 'receivers').map((receiver) => ({
    name: textAt(receiver, 'name') ?? '',
    ways: waysOf(receiver),
  }));
  if (receivers.length > mostRoutes || receivers.some(({ name }) => !isTellable(name))) return undefined;
  const count = { left: mostRoutes };
  const route = routeOf(root, '', 0, count);
  return route && { route, receivers };
}

/** `slack_configs`, `webhook_configs` and so on: a list each. */
const waysOf = (receiver: unknown): number =>
  receiver !== null && typeof receiver === 'object'
    ? Object.entries(receiver)
        .filter(([key]) => key.endsWith('_configs'))
        .reduce((sum, [, configs]) => sum + (Array.isArray(configs) ? configs.length : 0), 0)
    : 0;

function routeOf(written: unknown, inherited: string, depth: number, count: { left: number }): Route | undefined {
  count.left -= 1;
  if (written === null || typeof written !== 'object' || depth > mostDepth || count.left < 0) return undefined;
  const receiver = textAt(written, 'receiver') || inherited;
  const matchers = allMatchers(written);
  const routes = listAt(written, 'routes').map((child) => routeOf(child, receiver, depth + 1, count));
  if (receiver === '' || !isTellable(receiver) || matchers === undefined || routes.includes(undefined))
    return undefined;
  return {
    receiver,
    matchers,
    continue: at(written, 'continue') === true,
    timed: ['mute_time_intervals', 'active_time_intervals'].some((field) => listAt(written, field).length > 0),
    routes: routes as readonly Route[],
  };
}

/** The old forms `match` and `match_re` count beside the new one. */
function allMatchers(route: unknown): readonly Matcher[] | undefined {
  const old = (field: string, is: Matcher['is']): readonly Matcher[] =>
    Object.entries(textMapAt(route, field)).map(([label, value]) => ({ label, is, value }));
  const parsed = textsAt(route, 'matchers').map(matchersOf);
  if (parsed.includes(undefined) || parsed.length < listAt(route, 'matchers').length) return undefined;
  const all = [...old('match', '='), ...old('match_re', '=~'), ...parsed.flatMap((some) => some ?? [])];
  return all.every(({ label, value }) => isTellable(label) && isTellable(value)) ? all : undefined;
}

/** What would have to be changed before it may be kept would not match any more as it does there. */
const isTellable = (text: string): boolean => text.length <= 2000 && redactText(text) === text;
