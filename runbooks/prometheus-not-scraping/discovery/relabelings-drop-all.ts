import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { JobRule } from '../../../src/core/prometheus/scrape-rules.ts';
import type { PromView } from '../view.ts';
import { type Doubt, doubts } from './doubt.ts';
import { poolEvidence } from './service-label-mismatch.ts';

export const relabelingsDropAll: Cause<PromView> = {
  code: 'relabelings-drop-all',
  title: "The ServiceMonitor's own relabelings drop every target",
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { monitor } = view;
    if (!monitor) return clear();
    for (const doubt of doubts(view)) {
      const verdict = judge(view, monitor, doubt);
      if (verdict.verdict !== 'clear') return verdict;
    }
    return clear();
  },
};

/** What passes the selector and the port, and then meets a rule of the ServiceMonitor itself. */
function judge(view: PromView, monitor: KubernetesObject, doubt: Doubt): Verdict {
  const { kept, dropped, addressless, unsure } = view.simulated(doubt);
  if (kept.length > 0) return clear();
  const [riddle] = unsure.filter(({ by }) => by.from === 'user');
  if (riddle)
    return {
      verdict: 'unknown',
      what: `the relabeling at spec.endpoints.${doubt.place}.relabelings.${riddle.by.place}`,
      because: 'its regular expression cannot be worked out here',
    };
  const [dropping] = dropped.filter(({ by }) => by.from === 'user');
  if (!dropping && addressless.length === 0) return clear();
  const path = dropping
    ? `spec.endpoints.${doubt.place}.relabelings.${dropping.by.place}`
    : `spec.endpoints.${doubt.place}.relabelings`;
  const target = (dropping?.discovered ?? addressless[0])?.labels ?? {};
  return found({
    object: refTo(monitor),
    because: dropping
      ? `Relabeling ${dropping.by.place + 1} of ${monitor.metadata.name} (${described(dropping.by)}) drops every target: ${metBy(dropping.by, target)}.`
      : `The relabelings of ${monitor.metadata.name} leave no target an address.`,
    confidence: doubt.confidence,
    evidence: [
      saw(monitor, path),
      {
        from: 'a target as it was discovered',
        saw: JSON.stringify(
          Object.fromEntries(
            (dropping?.by.sourceLabels ?? ['__address__']).map((name) => [name, target[name] ?? '(absent)']),
          ),
        ),
      },
      ...poolEvidence(view),
    ],
    remedies: [
      byHand({
        id: 'correct-relabeling',
        title: 'Correct the relabeling, or take it out',
        risk: 'low',
        commands: [
          `kubectl -n ${monitor.metadata.namespace} get servicemonitor ${monitor.metadata.name} -o jsonpath='{.spec.endpoints[${doubt.place}].relabelings}'`,
          dropping
            ? `kubectl -n ${monitor.metadata.namespace} patch servicemonitor ${monitor.metadata.name} --type json -p '${JSON.stringify([{ op: 'remove', path: `/${path.replaceAll('.', '/')}` }])}'`
            : `kubectl -n ${monitor.metadata.namespace} edit servicemonitor ${monitor.metadata.name}`,
        ],
      }),
    ],
  });
}

const described = ({ action, sourceLabels, regex, targetLabel }: JobRule): string =>
  /equal$/.test(action)
    ? `${action} of ${sourceLabels.join(', ')} and ${targetLabel}`
    : `${action} by ${sourceLabels.join(', ') || 'nothing'}, regex ${regex}`;

function metBy({ sourceLabels, separator }: JobRule, labels: Readonly<Record<string, string>>): string {
  const value = sourceLabels.map((name) => labels[name] ?? '').join(separator);
  return value === '' ? 'the value is empty' : `the value is "${value}"`;
}
