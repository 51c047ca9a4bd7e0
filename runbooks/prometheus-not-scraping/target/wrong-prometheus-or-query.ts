import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo, shortName } from '../../../src/core/kubernetes/object.ts';
import { selectsLabels, selectsNamespace } from '../../../src/core/prometheus/selection.ts';
import type { PromView } from '../view.ts';
import { ownPage } from './pages.ts';
import { type SeenTarget, sawTarget, seenTargets } from './seen-targets.ts';

export const wrongPrometheusOrQuery: Cause<PromView> = {
  code: 'wrong-prometheus-or-query',
  title: 'Scraped well, but not by the Prometheus that is asked',
  severity: 'warning',
  owner: 'operator',
  explains: ['job-label-mismatch'],
  look(view) {
    const [first] = seenTargets(view).filter(({ failure }) => failure === undefined);
    if (!view.monitor || !first) return clear();
    const takers = view.takers();
    return agentsOnly(view, takers, first) ?? askedElsewhere(view, takers, first) ?? clear();
  },
};

const nameOf = ({ kind, metadata }: KubernetesObject): string =>
  `${shortName({ kind, name: metadata.name })} in ${metadata.namespace}`;

/** An agent keeps nothing: what it does not send on is gone. */
function agentsOnly({ monitor }: PromView, takers: readonly KubernetesObject[], first: SeenTarget): Found | undefined {
  const [agent] = takers;
  const sends = takers.some((one) => one.kind !== 'PrometheusAgent' || listAt(one, 'spec.remoteWrite').length > 0);
  if (!monitor || !agent || sends) return undefined;
  return found({
    object: refTo(agent),
    because: `${monitor.metadata.name} is scraped by ${nameOf(agent)} alone, an agent that answers no queries and sends its samples nowhere.`,
    confidence: 'confirmed',
    evidence: [saw(agent, 'spec.remoteWrite', 'where the samples go'), sawTarget(first)],
    remedies: [askTheRightOne(takers)],
  }) as Found;
}

/** Alerts are asked of the Prometheus that chooses their rules: where that one does not scrape us, they never fire. */
function askedElsewhere(view: PromView, takers: readonly KubernetesObject[], first: SeenTarget): Found | undefined {
  const all = view.prometheuses().filter(({ kind }) => kind !== 'PrometheusAgent');
  if (!view.monitor || all.length < 2) return undefined;
  const labels = () => ({
    'kubernetes.io/metadata.name': view.namespace,
    ...view.sight.get(kinds.Namespace, view.namespace)?.metadata.labels,
  });
  for (const rule of view.sight.list(kinds.PrometheusRule, view.namespace)) {
    const asked = all.filter((one) => selectsLabels(one, rule, 'rule') && selectsNamespace(one, rule, labels, 'rule'));
    const [elsewhere] = asked;
    if (!elsewhere || asked.some((one) => takers.includes(one))) continue;
    const own = ownPage(first);
    const page = own && view.sight.must(own);
    const place = placeOf(rule, page?.outcome === 'answered' ? metricsIn(page.body) : []);
    if (place === undefined) continue;
    return found({
      object: refTo(rule),
      because: `Scraping works: ${takers.map(nameOf).join(', ')} has the metrics. But ${rule.metadata.name} is evaluated by ${asked.map(nameOf).join(', ')}, which does not scrape ${view.monitor.metadata.name}: its alerts find nothing.`,
      confidence: 'confirmed',
      evidence: [
        saw(elsewhere, 'spec.ruleSelector'),
        saw(elsewhere, 'spec.serviceMonitorSelector'),
        saw(rule, place),
        saw(view.monitor, 'metadata.labels'),
        sawTarget(first),
      ],
      remedies: [askTheRightOne(takers)],
    }) as Found;
  }
  return undefined;
}

const metricsIn = (body: string): readonly string[] => [
  ...new Set(body.split('\n').flatMap((line) => /^([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ]/.exec(line)?.[1] ?? [])),
];

/** Where the rule asks for one of our metrics. */
function placeOf(rule: KubernetesObject, metrics: readonly string[]): string | undefined {
  for (const [groupPlace, group] of listAt(rule, 'spec.groups').entries())
    for (const [place, one] of listAt(group, 'rules').entries()) {
      const names: readonly string[] = (textAt(one, 'expr') ?? '').match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g) ?? [];
      if (metrics.some((metric) => names.includes(metric))) return `spec.groups.${groupPlace}.rules.${place}.expr`;
    }
  return undefined;
}

const askTheRightOne = (takers: readonly KubernetesObject[]) =>
  byHand({
    id: 'ask-the-right-prometheus',
    title: 'Let both be chosen by one Prometheus: its labels on ServiceMonitor and rules, its address in Grafana',
    commands: [
      'kubectl get prometheuses,prometheusagents -A',
      ...takers
        .slice(0, 1)
        .map(
          ({ kind, metadata }) => `kubectl -n ${metadata.namespace} get ${kind.toLowerCase()} ${metadata.name} -o yaml`,
        ),
    ],
  });
