import type { Evidence } from '../../../src/core/diagnosis.ts';
import { at, condition, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { lastTouched } from '../../../src/core/kubernetes/last-touched.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { ScrapeTarget } from '../../../src/core/look-answers.ts';
import { searchedNamespaces } from '../../../src/core/prometheus/selection.ts';
import type { Endpoint, PromView } from '../view.ts';
import { youngSince } from '../young.ts';
import { failureOf, isSilence, type ScrapeFailure } from './last-error.ts';
import { quote } from './quote.ts';

/** A target of the monitor that was scraped at least once, with the pod behind it. */
export type SeenTarget = {
  readonly target: ScrapeTarget;
  /** Of its endpoint in the monitor. */
  readonly place: number;
  readonly endpoint: unknown;
  /** Undefined where the last scrape went well. */
  readonly failure: ScrapeFailure | undefined;
  readonly pod: KubernetesObject | undefined;
};

/**
 * What tells something of how scraping goes: not targets that wait for their first scrape, nor those of pods that come up or go, which
 * are down by design (a terminating pod stays a target for minutes).
 */
export function seenTargets(view: PromView): readonly SeenTarget[] {
  return view.endpoints.flatMap((one) =>
    view
      .pool(one)
      .targets.filter(({ health }) => health !== 'unknown')
      .map((target) => ({
        target,
        place: one.place,
        endpoint: one.spec,
        failure: target.health === 'up' ? undefined : failureOf(target),
        pod: podOf(view, target),
      }))
      .filter(({ target: { labels }, pod }) => (pod ? isSettled(pod) : labels['pod'] === undefined)),
  );
}

/** By the label that the operator sets; relabelings may have taken it away, then by the address that is called. */
function podOf(view: PromView, { labels, url }: ScrapeTarget): KubernetesObject | undefined {
  const pods = podsOf(view);
  if (labels['pod'] !== undefined) return pods.find(({ metadata }) => metadata.name === labels['pod']);
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : '';
  return pods.find((pod) => host !== '' && textAt(pod, 'status.podIP') === host && !isOnHost(pod));
}

const isSettled = (pod: KubernetesObject): boolean =>
  pod.metadata.deletionTimestamp === undefined && condition(pod, 'Ready')?.status === 'True';

/** On its node's own network: its address is the node's. */
export const isOnHost = (pod: KubernetesObject): boolean => at(pod, 'spec.hostNetwork') === true;

/** Of the namespaces that the monitor searches. */
function podsOf({ sight, monitor, meant }: PromView): readonly KubernetesObject[] {
  const searched = monitor ? searchedNamespaces(monitor, meant()) : [];
  return searched === '*' ? sight.list(kinds.Pod) : searched.flatMap((namespace) => sight.list(kinds.Pod, namespace));
}

/** The moment of a change is written in whole seconds. */
const roundedMs = 1000;

/** Whether somebody changed the monitor, or the policies between Prometheus and the pod, since this scrape began. */
export function isBeforePolicies(view: PromView, item: SeenTarget): boolean {
  const places = [item.pod?.metadata.namespace ?? view.namespace, view.meant()?.metadata.namespace];
  const policies = [...new Set(places)].flatMap((namespace) => {
    const listed = namespace === undefined ? undefined : view.sight.tryList(kinds.NetworkPolicy, namespace);
    return listed?.ok ? listed.value : [];
  });
  return isBefore(item, [...policies, ...(view.monitor ? [view.monitor] : [])]);
}

/** Prometheus dates a scrape by its beginning. */
function isBefore({ target }: SeenTarget, objects: readonly KubernetesObject[]): boolean {
  const changed = lastTouched(objects);
  return changed !== undefined && Date.parse(target.lastScrape) < changed.getTime() + roundedMs;
}

/** A failure of before the last change may be history, which only the next scrape shows: it is no reason to blame anybody. */
export function isOutdated(view: PromView, item: SeenTarget): boolean {
  if (item.failure === undefined || !view.monitor) return false;
  return isSilence(item.failure) && item.failure.failed !== 'refused'
    ? isBeforePolicies(view, item)
    : isBefore(item, [view.monitor]);
}

/** Prometheus has just begun with the endpoint, and nobody of it is well: whether the monitor is wrong or a pod only the others' scrape shows. */
export function isTooEarly(view: PromView, endpoint: Endpoint): boolean {
  const { targets } = view.pool(endpoint);
  const has = (health: ScrapeTarget['health']) => targets.some((target) => target.health === health);
  return has('unknown') && !has('up') && youngSince(view) !== undefined;
}

export type Failing = {
  readonly failed: readonly SeenTarget[];
  /** All of the same endpoints that tell something. */
  readonly of: readonly SeenTarget[];
  /** Of these endpoints, those that the next scrape will tell of. */
  readonly untold: number;
  /** Where others of the same endpoint are well, or may be, it is a matter of these pods; else of the monitor. */
  readonly all: boolean;
};

export function failing(view: PromView, is: (failure: ScrapeFailure) => boolean): Failing {
  const early = view.endpoints.filter((one) => isTooEarly(view, one)).map(({ place }) => place);
  const scraped = seenTargets(view);
  const told = scraped.filter((item) => !isOutdated(view, item));
  const failed = told.filter(({ failure, place }) => failure !== undefined && is(failure) && !early.includes(place));
  const isTheirs = ({ place }: { readonly place: number }) => failed.some((item) => item.place === place);
  const of = told.filter(isTheirs);
  const waiting = view.endpoints
    .filter(isTheirs)
    .flatMap((one) => view.pool(one).targets.filter(({ health }) => health === 'unknown'));
  const untold = waiting.length + scraped.filter(isTheirs).length - of.length;
  return { failed, of, untold, all: failed.length === of.length && untold === 0 };
}

/** `all 3 targets`, or `both`, or `2 of 5 targets`, with what those have in common and the others do not. */
export function whichOf({ failed, of, untold, all }: Failing): string {
  if (all) return of.length === 1 ? 'the only target' : of.length === 2 ? 'both targets' : `all ${of.length} targets`;
  return `${failed.length} of ${of.length + untold} targets${shared(failed, of)}`;
}

function shared(failed: readonly SeenTarget[], of: readonly SeenTarget[]): string {
  const well = of.filter((item) => !failed.includes(item));
  const common = (read: (item: SeenTarget) => string | undefined): string | undefined => {
    const values = new Set(failed.map(read));
    const [value] = values;
    return values.size === 1 && value !== undefined && !well.some((item) => read(item) === value) ? value : undefined;
  };
  const template = common(({ pod }) => pod?.metadata.labels?.['pod-template-hash']);
  if (template && well.length > 0) return ` (those of template ${template}: another version of the pods)`;
  const [only, another] = failed;
  if (only && !another) return only.pod ? ` (pod ${only.pod.metadata.name})` : '';
  const node = common(({ pod }) => textAt(pod, 'spec.nodeName'));
  return node && well.length > 0 ? ` (those on node ${node})` : '';
}

/** What Prometheus says of a target. */
export const sawTarget = ({ target }: SeenTarget, wanted?: string): Evidence => ({
  from: `Prometheus, target ${target.url}`,
  path: 'lastError',
  saw: target.lastError === '' ? target.health : quote(target.lastError),
  ...(wanted ? { wanted } : {}),
});

/** Where a target is called at, in parts. */
export function calledAt({ target }: SeenTarget): { scheme: 'http' | 'https'; port: number; path: string } | undefined {
  if (!URL.canParse(target.url)) return undefined;
  const { protocol, port, pathname } = new URL(target.url);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return { scheme, port: port === '' ? (scheme === 'https' ? 443 : 80) : Number(port), path: pathname };
}

export const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** The Prometheus whose targets these are: where there are targets, there is one. */
export const prometheusOf = (view: PromView): KubernetesObject => view.meant() as KubernetesObject;
