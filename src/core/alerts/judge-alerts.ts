import type { NotLooked } from '../diagnosis.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { addressOf, alertmanagersTold } from '../prometheus/address.ts';
import { selectionTroubles, takersOf } from '../prometheus/alerting.ts';
import { CouldNotLook, type Sight } from '../sight.ts';
import { alertsOf, externalLabels } from './alert.ts';
import { type Delivery, deliveryOf } from './delivery.ts';
import { eachOther, type Hush, hushesOf } from './hush.ts';
import { hushWords } from './hush-words.ts';
import { alertingRules, namespaceLabels, watchdogLook } from './looks.ts';

/** Whether an alert reaches anybody. No point of its own: worth knowing where it does not, and never passed where it could not be seen. */
export type AlertsSeen = {
  readonly state: 'passed' | 'remarked' | 'not-looked';
  /** One sentence without a full stop. */
  readonly saw: string;
  readonly deliveries: readonly Delivery[];
  readonly notLooked: readonly NotLooked[];
};

export function judgeAlerts(sight: Sight, namespace: string): AlertsSeen {
  try {
    return judged(sight, namespace);
  } catch (error) {
    if (!(error instanceof CouldNotLook)) throw error;
    const { what, unread } = error;
    const because = unread.why === 'forbidden' ? 'forbidden' : unread.detail;
    return {
      state: 'not-looked',
      saw: `could not look: ${withoutStop(unread.detail)}`,
      deliveries: [],
      notLooked: [{ what, because, ...(unread.needs ? { needs: unread.needs } : {}) }],
    };
  }
}

function judged(sight: Sight, namespace: string): AlertsSeen {
  const rules = alertingRules(sight, namespace);
  if (rules.length === 0) return remarked(`there is no PrometheusRule in ${namespace}: nothing wakes anybody`);
  const prometheuses = sight.list(kinds.Prometheus);
  if (prometheuses.length === 0) return remarked('there is no Prometheus that would take the rules');
  const all = rules.map((rule) => {
    const taking = takersOf(rule, prometheuses, () => namespaceLabels(sight, namespace));
    return { rule, taking, troubles: selectionTroubles(rule, prometheuses, taking) };
  });
  const [trouble] = all.flatMap(({ troubles }) => troubles);
  if (trouble) return remarked(withoutStop(trouble.because));
  const taking = [...new Set(all.flatMap((one) => one.taking))];
  const silent = taking.filter((one) => sight.must({ at: 'alertmanagers', prometheus: addressOf(one) }).length === 0);
  if (silent.length === taking.length)
    return remarked(`${silent.map(nameOf).join(', ')} sends to no Alertmanager: there is none that it finds`);
  const told = taking.filter((one) => !silent.includes(one)).flatMap((one) => routesBy(sight, one, rules));
  return byDelivery(told, taking);
}

type Told = {
  readonly at: string;
  readonly delivery: Delivery;
  readonly hushes: readonly Hush[];
  /** Undefined where that was not seen, or need not be. */
  readonly watchdogFires: boolean | undefined;
};

/** Reaches nobody as long as nothing changes: where it hangs on what fires besides, it is told and is no fault. */
const isHushed = ({ hushes, watchdogFires }: Told): boolean =>
  hushes.some(({ when, sure }) => sure && (when === 'unless-worse' || (when === 'always' && watchdogFires !== false)));
const reaches = (told: Told): boolean => told.delivery.tells === 'somebody' && !isHushed(told);

function routesBy(sight: Sight, prometheus: KubernetesObject, rules: readonly KubernetesObject[]): readonly Told[] {
  const addresses = alertmanagersTold(prometheus);
  if (addresses.length === 0)
    throw new CouldNotLook(`the Alertmanager of ${nameOf(prometheus)}`, {
      ok: false,
      why: 'not-looked',
      detail: `Where ${nameOf(prometheus)} sends alerts stands in a Secret (additionalAlertManagerConfigs), which is not read`,
    });
  const alerts = rules.flatMap((rule) => alertsOf(rule, prometheus));
  const asked = addresses.map((alertmanager) => ({
    at: `${alertmanager.namespace}/${alertmanager.service}`,
    look: { at: 'alert-routes', alertmanager } as const,
    watchdog: watchdogLook(alertmanager),
  }));
  const told = asked.flatMap(({ at, look, watchdog }): readonly Told[] => {
    const routes = sight.try(look);
    if (!routes.ok) return [];
    const held = sight.try(watchdog);
    const hushes = hushesOf(alerts, routes.value.inhibitions, externalLabels(prometheus));
    return alerts.map((alert) => ({
      at,
      delivery: deliveryOf(alert, routes.value),
      hushes: hushes.filter((one) => one.alert === alert.name),
      watchdogFires: held.ok ? held.value.length > 0 : undefined,
    }));
  });
  // One that could not be asked may be the one that tells somebody.
  const isAllTold = alerts.every(({ name }) => told.some((one) => one.delivery.alert === name && reaches(one)));
  if (!isAllTold) for (const { look } of asked) sight.must(look);
  return told;
}

/** Whoever reaches somebody by one way is told; only what reaches nobody by any is lost. */
function byDelivery(told: readonly Told[], taking: readonly KubernetesObject[]): AlertsSeen {
  const byAlert = [...Map.groupBy(told, ({ delivery }) => delivery.alert)].map(([alert, ways]) => ({
    alert,
    best:
      ways.find(reaches) ??
      ways.find(({ delivery }) => delivery.tells === 'somebody') ??
      ways.find(({ delivery }) => delivery.tells === 'unsure') ??
      (ways[0] as Told),
  }));
  const deliveries = byAlert.map(({ best }) => best.delivery);
  const where = [...new Set(told.map(({ at }) => at))].join(', ');
  const lost = deliveries.filter(({ tells }) => tells === 'nobody');
  if (lost.length > 0) {
    const which = lost.length === deliveries.length ? 'every alert ends' : `${namesOf(lost)} end`;
    return remarked(`in Alertmanager ${where} ${which} at ${quoted(lost)}, which tells nobody`, deliveries);
  }
  const unsure = deliveries.filter(({ tells }) => tells === 'unsure');
  if (unsure.length > 0)
    return remarked(
      `in Alertmanager ${where} it depends on labels that are not known beforehand whether ${namesOf(unsure)} reach anybody (${quoted(unsure)})`,
      deliveries,
    );
  const best = byAlert.map((one) => one.best);
  const hushed = best.filter(isHushed);
  if (hushed.length > 0) return remarked(`in Alertmanager ${where} ${wordsOf(hushed).join('; ')}`, deliveries);
  const mutual = eachOther(best.flatMap(({ hushes }) => hushes));
  if (mutual.length > 0) {
    const names = [...new Set(mutual.map(({ alert }) => alert))].join(' and ');
    const rules = hushWords(mutual, undefined).join('; ');
    return remarked(`in Alertmanager ${where} nobody is told of ${names} while both fire: ${rules}`, deliveries);
  }
  const timed = deliveries.filter((one) => one.timed);
  const saw = `${taking.map(nameOf).join(', ')} takes the rules, and Alertmanager ${where} tells ${quoted(deliveries)}`;
  const atTimes = timed.length > 0 ? [`${saw}, of ${namesOf(timed)} at certain times only`] : [saw];
  return {
    state: 'passed',
    saw: [...atTimes, ...wordsOf(best)].join('; '),
    deliveries,
    notLooked: [],
  };
}

const remarked = (saw: string, deliveries: readonly Delivery[] = []): AlertsSeen => ({
  state: 'remarked',
  saw,
  deliveries,
  notLooked: [],
});

/** Every rule that hushes some of them, in words. */
const wordsOf = (some: readonly Told[]): readonly string[] =>
  hushWords(
    some.flatMap(({ hushes }) => hushes),
    some.find(({ watchdogFires }) => watchdogFires !== undefined)?.watchdogFires,
  );

const namesOf = (some: readonly Delivery[]): string => some.map(({ alert }) => alert).join(', ');
const quoted = (some: readonly Delivery[]): string =>
  [...new Set(some.flatMap(({ receivers }) => receivers))].map((name) => `"${name}"`).join(', ');
const nameOf = ({ metadata }: KubernetesObject): string => `Prometheus ${metadata.namespace}/${metadata.name}`;
const withoutStop = (text: string): string => text.replace(/\.$/, '');
