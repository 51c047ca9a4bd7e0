import { type TestAlertPlan, testAlertName } from '../../core/alerts/test-alert.ts';

/** What a test alert would do, before it is done. */
export function alertProposal({ alertmanager, labels, delivery, hushed, hushing, holdMs }: TestAlertPlan): string {
  const receivers = delivery?.receivers.map((name) => `"${name}"`).join(', ');
  const route = {
    somebody: `By its routes it goes to ${receivers}, and tells somebody: real people may be called.`,
    nobody: `By its routes it goes to ${receivers}, which tells nobody.`,
    unsure: 'Its routes could not be read: whom it tells is seen once it is there.',
  }[delivery?.tells ?? 'unsure'];
  return [
    `Post one alert named ${testAlertName} to Alertmanager ${alertmanager.namespace}/${alertmanager.service}:`,
    ...Object.entries(labels).map(([name, value]) => `  ${name}=${JSON.stringify(value)}`),
    route,
    ...hushed.map((words) => `But ${words}.`),
    ...(hushing.length > 0
      ? [`While it is there, nobody is told of ${hushing.join(', ')}: an inhibit rule hushes them.`]
      : []),
    `It is ended ${holdMs > 0 ? `after ${holdMs / 1000} s` : 'as soon as it was seen there'}, on Ctrl-C too; and by itself five minutes later whatever happens.`,
    'Risk medium. A call that was made cannot be taken back.',
    '',
  ].join('\n');
}
