import { at, listAt, textAt, textMapAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';

/** An alert as an Alertmanager gets it, as far as that is known before it fires. */
export type Alert = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels that its expression may give it, with values that nobody knows beforehand. */
  readonly open: readonly string[] | 'all';
};

/** The alerts of a PrometheusRule as this Prometheus sends them. */
export function alertsOf(rule: KubernetesObject, prometheus: KubernetesObject): readonly Alert[] {
  const external = externalLabels(prometheus);
  return listAt(rule, 'spec.groups')
    .flatMap((group) => listAt(group, 'rules'))
    .flatMap((one): readonly Alert[] => {
      const name = textAt(one, 'alert');
      if (name === undefined) return [];
      // What is rewritten on the way may be anything.
      if (isRewritten(prometheus)) return [{ name, labels: {}, open: 'all' }];
      const given = Object.entries(textMapAt(one, 'labels'));
      const fixed = given.filter(([, value]) => !value.includes('{{'));
      const open = openLabels(textAt(one, 'expr') ?? '');
      return [
        {
          name,
          labels: { ...external, ...Object.fromEntries(fixed), alertname: name },
          open:
            open === 'all' ? open : [...open, ...given.filter((pair) => !fixed.includes(pair)).map(([label]) => label)],
        },
      ];
    });
}

/** The operator adds one that names the Prometheus; the one that names its replica is dropped before alerts are sent. */
export function externalLabels(prometheus: KubernetesObject): Readonly<Record<string, string>> {
  const { namespace = '', name } = prometheus.metadata;
  const own = textAt(prometheus, 'spec.prometheusExternalLabelName') ?? 'prometheus';
  return { ...textMapAt(prometheus, 'spec.externalLabels'), ...(own === '' ? {} : { [own]: `${namespace}/${name}` }) };
}

const isRewritten = (prometheus: KubernetesObject): boolean =>
  at(prometheus, 'spec.additionalAlertRelabelConfigs') !== undefined ||
  listAt(prometheus, 'spec.alerting.alertmanagers').some((one) => listAt(one, 'alertRelabelings').length > 0);

/** What is added up keeps the labels that stand after `by`, and no others; what is absent has those it was looked for by. */
function openLabels(expression: string): readonly string[] | 'all' {
  if (
    !/^[\s(]*(?:sum|min|max|avg|count|histogram_quantile|absent)\b/.test(expression) ||
    /\bwithout\b/.test(expression)
  )
    return 'all';
  const kept = [...expression.matchAll(/\b(?:by|group_left|group_right)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  );
  const sought = /\babsent\b/.test(expression)
    ? [...expression.matchAll(/(\w+)\s*=\s*"/g)].map(([, label = '']) => label)
    : [];
  return [...new Set([...kept, ...sought])].filter((label) => label !== '');
}
