import type { Change, PostedAlert } from '../change.ts';
import { kinds, ref } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { AlertmanagerAddress } from '../look.ts';
import type { HeldAlert } from '../look-answers.ts';
import { type Check, checkOf, failed, noted, passed } from '../procedures/check.ts';
import { alertmanagersTold } from '../prometheus/address.ts';
import type { TestReport } from '../report/test-report.ts';
import type { Sight } from '../sight.ts';
import { type Alert, alertsOf, externalLabels } from './alert.ts';
import { type Delivery, deliveryOf } from './delivery.ts';
import { hushesOf } from './hush.ts';
import { hushWords } from './hush-words.ts';
import { hushes } from './inhibition.ts';
import { alertingRules, takersIn } from './looks.ts';

/** What its name says to whoever is woken by it. */
export const testAlertName = 'OrionSetupTestAlert';

/** Left behind by a run that was killed it ends by itself, this long after it would have been ended. */
const graceMs = 5 * 60_000;

export type TestAlertPlan = {
  readonly alertmanager: AlertmanagerAddress;
  readonly labels: Readonly<Record<string, string>>;
  /** By its routes, where those could be read. */
  readonly delivery: Delivery | undefined;
  /** By which inhibit rules it would not be told, in words. */
  readonly hushed: readonly string[];
  /** Alerts of ours that it would keep from being told itself, as a critical one does. */
  readonly hushing: readonly string[];
  readonly holdMs: number;
};

/** To the first Alertmanager of a Prometheus that takes our rules, with the labels that our critical alerts have. Undefined: there is none. */
export function testAlertPlan(sight: Sight, namespace: string, holdMs: number): TestAlertPlan | undefined {
  for (const prometheus of takersIn(sight, namespace)) {
    const [alertmanager] = alertmanagersTold(prometheus);
    if (alertmanager === undefined) continue;
    const labels = labelsOf(prometheus, namespace);
    const routes = sight.try({ at: 'alert-routes', alertmanager });
    const alert: Alert = { name: testAlertName, labels, open: [] };
    const delivery = routes.ok ? deliveryOf(alert, routes.value) : undefined;
    const rules = routes.ok ? routes.value.inhibitions : [];
    const ours = alertingRules(sight, namespace).flatMap((rule) => alertsOf(rule, prometheus));
    const hushing = ours.filter((one) => rules.some((rule) => hushes(rule, one, alert) !== 'no'));
    return {
      alertmanager,
      labels,
      delivery,
      hushed: hushWords(hushesOf([alert], rules, externalLabels(prometheus)), undefined),
      hushing: [...new Set(hushing.map(({ name }) => name))],
      holdMs,
    };
  }
  return undefined;
}

const labelsOf = (prometheus: KubernetesObject, namespace: string): Readonly<Record<string, string>> => ({
  ...externalLabels(prometheus),
  alertname: testAlertName,
  severity: 'critical',
  namespace,
  service: 'auth-service',
});

export function postedAlert({ labels, holdMs }: TestAlertPlan, run: string, now: Date): PostedAlert {
  return {
    labels: { ...labels, run },
    annotations: {
      summary: 'A test by orion-setup: nothing is wrong.',
      description: `Posted to see whom alerts of ${labels['namespace']} reach. It ends by itself within minutes.`,
    },
    startsAt: now.toISOString(),
    endsAt: new Date(now.getTime() + holdMs + graceMs).toISOString(),
  };
}

export const posting = (alertmanager: AlertmanagerAddress, alert: PostedAlert): Extract<Change, { do: 'alert' }> => ({
  do: 'alert',
  ref: ref(kinds.Service, alertmanager.service, alertmanager.namespace),
  alertmanager,
  alert,
});

export type AlertTested = NonNullable<TestReport['alert']>;

/** What was seen of it in the Alertmanager. */
export function alertTested(
  { alertmanager, delivery }: TestAlertPlan,
  held: HeldAlert | undefined,
  rest: Pick<AlertTested, 'ended' | 'endsAt' | 'heldSeconds' | 'undoId' | 'because'>,
): AlertTested {
  return {
    name: testAlertName,
    alertmanager: `${alertmanager.namespace}/${alertmanager.service}`,
    state: held?.state ?? null,
    receivers: [...(held?.receivers ?? [])],
    tells: delivery?.tells ?? 'unsure',
    ...rest,
  };
}

export function alertChecks(tested: AlertTested): readonly Check[] {
  const object = `Service/${tested.alertmanager.replace(/^.*\//, '')}`;
  const receivers = tested.receivers.map((name) => `"${name}"`).join(', ');
  return [
    checkOf(
      { id: 'alert-arrives', title: 'A test alert arrives', expected: 'at a receiver that tells somebody' },
      () => {
        if (tested.state === null) return failed(tested.because ?? 'it was not seen there', { object });
        if (tested.state === 'unprocessed') return failed('it was taken in, and not given to a route', { object });
        if (tested.state === 'suppressed')
          return failed(`it is silenced or inhibited there, before ${receivers}`, { object });
        if (tested.tells === 'nobody') return failed(`it arrived at ${receivers}, which tells nobody`, { object });
        const saw = `it arrived at ${receivers}`;
        if (tested.tells === 'unsure')
          return noted(`${saw}; whether that tells somebody could not be seen`, { object });
        return passed(
          tested.heldSeconds > 0
            ? `${saw}, and was left there for ${tested.heldSeconds} s`
            : `${saw}; ended at once, so that perhaps nobody was told yet (--wait 2m leaves it)`,
          { object },
        );
      },
    ),
    checkOf({ id: 'alert-ended', title: 'The test alert is ended', expected: 'ended' }, () =>
      tested.ended
        ? passed('ended', { object })
        : failed(`not ended from here; it ends by itself at ${tested.endsAt}`, { object }),
    ),
  ];
}
