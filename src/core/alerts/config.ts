import { parse } from 'yaml';
import { at, listAt, textAt, textMapAt, textsAt } from '../kubernetes/field.ts';
import { redactText } from '../redact.ts';
import { matchersOf } from './matchers.ts';
import type { AlertRoutes, InhibitRule, Matcher, Route } from './route.ts';

const mostRoutes = 2000;
const mostDepth = 20;

/**
 * The routes and inhibitions of an Alertmanager's configuration. Receivers hold addresses, keys and whatever people wrote into templates: nothing of them
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
  const inhibitions = listAt(config, 'inhibit_rules').map((rule, place) => inhibitionOf(rule, place + 1));
  if (inhibitions.length > mostRoutes || inhibitions.includes(undefined)) return undefined;
  return route && { route, receivers, inhibitions: inhibitions as readonly InhibitRule[] };
}

/** One that cannot be told may hush anything: then nothing is. */
function inhibitionOf(written: unknown, place: number): InhibitRule | undefined {
  const [source, target] = [allMatchers(written, 'source_'), allMatchers(written, 'target_')];
  const [name, equal] = [textAt(written, 'name') ?? '', textsAt(written, 'equal')];
  if (source === undefined || target === undefined || equal.length < listAt(written, 'equal').length) return undefined;
  return [name, ...equal].every(isTellable) ? { place, name, source, target, equal } : undefined;
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
function allMatchers(route: unknown, side: '' | 'source_' | 'target_' = ''): readonly Matcher[] | undefined {
  const old = (field: string, is: Matcher['is']): readonly Matcher[] =>
    Object.entries(textMapAt(route, `${side}${field}`)).map(([label, value]) => ({ label, is, value }));
  // A number there is a text to Alertmanager, by rules of its own.
  const isText = [`${side}match`, `${side}match_re`].every(
    (field) => Object.keys(textMapAt(route, field)).length === Object.keys(Object(at(route, field))).length,
  );
  const parsed = textsAt(route, `${side}matchers`).map(matchersOf);
  if (!isText || parsed.includes(undefined) || parsed.length < listAt(route, `${side}matchers`).length)
    return undefined;
  const all = [...old('match', '='), ...old('match_re', '=~'), ...parsed.flatMap((some) => some ?? [])];
  return all.every(({ label, value }) => isTellable(label) && isTellable(value)) ? all : undefined;
}

/** What would have to be changed before it may be kept would not match any more as it does there. */
const isTellable = (text: string): boolean => text.length <= 2000 && redactText(text) === text;
