import { textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { type Labels, relabeled } from '../kubernetes/relabeling.ts';
import { type Discovered, discovered, type Surroundings } from './discovery.ts';
import { endpointPrefix, type JobRule, jobRules } from './scrape-rules.ts';

/** A target that is left after relabeling. */
export type KeptTarget = {
  readonly url: string;
  readonly address: string;
  readonly labels: Labels;
  readonly discovered: Discovered;
};

export type Pool = {
  readonly kept: readonly KeptTarget[];
  /** With the rule that dropped each. */
  readonly dropped: readonly { readonly discovered: Discovered; readonly by: JobRule }[];
  /** Without an address in the end: Prometheus neither keeps nor counts them. */
  readonly addressless: readonly Discovered[];
  /** With the rule that could not be worked out here. */
  readonly unsure: readonly { readonly discovered: Discovered; readonly by: JobRule }[];
};

/** What becomes of one endpoint of a ServiceMonitor: discovery and relabeling, replayed from the objects. */
export function poolOf(
  monitor: KubernetesObject,
  endpoint: unknown,
  prometheus: KubernetesObject | undefined,
  surroundings: Surroundings,
): Pool {
  const rules = jobRules(monitor, endpoint, prometheus);
  const scheme = (textAt(endpoint, 'scheme') ?? 'http').toLowerCase();
  const path = textAt(endpoint, 'path') || '/metrics';
  const fixed = { __scheme__: scheme, __metrics_path__: path };
  const kept = new Map<string, KeptTarget>();
  const dropped: Pool['dropped'][number][] = [];
  const addressless: Discovered[] = [];
  const unsure: Pool['unsure'][number][] = [];
  for (const one of discovered(surroundings)) {
    const became = relabeled({ ...fixed, ...inRole(one.labels, prometheus) }, rules);
    if (became.kept !== true) {
      const by = rules[became.by] as JobRule;
      (became.kept === 'unsure' ? unsure : dropped).push({ discovered: one, by });
      continue;
    }
    const address = became.labels['__address__'] ?? '';
    if (address === '') {
      addressless.push(one);
      continue;
    }
    const url = `${became.labels['__scheme__']}://${address}${became.labels['__metrics_path__']}`;
    const visible = Object.entries(became.labels).filter(([name]) => !name.startsWith('__'));
    const labels = { instance: address, ...Object.fromEntries(visible) };
    // Two with the same labels and URL are one target.
    kept.set(JSON.stringify([url, Object.entries(labels).toSorted()]), { url, address, labels, discovered: one });
  }
  return { kept: [...kept.values()], dropped, addressless, unsure };
}

/** What stands behind an endpoint is named after the kind that Prometheus discovers by. */
function inRole(labels: Labels, prometheus: KubernetesObject | undefined): Labels {
  const prefix = endpointPrefix(prometheus);
  if (prefix === '__meta_kubernetes_endpoint_') return labels;
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) =>
      name === '__meta_kubernetes_endpoint_ready'
        ? [`${prefix}endpoint_conditions_ready`, value]
        : [name.replace(/^__meta_kubernetes_endpoint_/, prefix), value],
    ),
  );
}
