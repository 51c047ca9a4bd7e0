import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { Look } from '../../../src/core/look.ts';
import { addressOf } from '../../../src/core/prometheus/address.ts';
import type { PromView } from '../view.ts';
import { jobLooks } from './job-asks.ts';
import { isSilence } from './last-error.ts';
import { pageLooks } from './pages.ts';
import { sampleLooks } from './samples.ts';
import { seenTargets } from './seen-targets.ts';

/** Third round: where Prometheus has targets, what their pods serve, and whether what they gave was kept and is found. */
export function targetLooks(view: PromView): readonly Look[] {
  const prometheus = view.meant();
  const targets = seenTargets(view);
  if (!prometheus || targets.length === 0) return [];
  const rules = view.sight.tryList(kinds.PrometheusRule, view.namespace);
  const isUp = targets.some(({ failure }) => failure === undefined);
  const isSilent = targets.some(({ failure }) => failure && isSilence(failure));
  return [
    ...pageLooks(view),
    ...sampleLooks(view),
    ...(isUp && rules.ok && prometheus.kind !== 'PrometheusAgent' ? jobLooks(rules.value, addressOf(prometheus)) : []),
    // What Prometheus may call is a matter of its own namespace too.
    ...(isSilent
      ? [{ at: 'list', kind: kinds.NetworkPolicy, namespace: prometheus.metadata.namespace ?? '' } as const]
      : []),
  ];
}
