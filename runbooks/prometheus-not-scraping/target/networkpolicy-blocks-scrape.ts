import { stringify } from 'yaml';
import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { millisecondsOf } from '../../../src/core/prometheus/durations.ts';
import { prometheusPodLabels } from '../../../src/core/prometheus/way.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PromView } from '../view.ts';
import { isSilence } from './last-error.ts';
import { ownPage, sawPage } from './pages.ts';
import {
  calledAt,
  failing,
  isBeforePolicies,
  prometheusOf,
  type SeenTarget,
  sawTarget,
  whichOf,
} from './seen-targets.ts';
import { isShutOut, prometheusPeer, type ShutOut, shutOut } from './shut-out.ts';

export const policyName = 'allow-prometheus-scrape';

export const networkpolicyBlocksScrape: Cause<PromView> = {
  code: 'networkpolicy-blocks-scrape',
  title: 'A NetworkPolicy keeps Prometheus from the pods',
  severity: 'error',
  owner: 'security',
  explains: ['target-timeout-slow'],
  look(view) {
    const hits = failing(view, isSilence);
    const [first] = hits.failed;
    if (!view.monitor || !first?.pod) return clear();
    const blocked = shutOut(view, first);
    if (!blocked) return clear();
    // Who was scraped before the last change tells nothing of the policies as they are.
    const well = hits.of.filter((item) => !hits.failed.includes(item) && !isBeforePolicies(view, item));
    if (well.some((item) => isShutOut(view, item)))
      return clear('pods are scraped all the same: this network does not enforce its NetworkPolicies');
    if (!hits.failed.every((item) => isShutOut(view, item))) return clear();

    // The API server calls from elsewhere than Prometheus: where it is answered, the pod is well and the way is shut.
    const own = ownPage(first);
    const page = own && view.sight.must(own);
    const isAnswered = page?.outcome === 'answered';
    // Slower than the timeout for others too: that alone explains it, whatever the policies say.
    if (isAnswered && page.seconds * 1000 >= (millisecondsOf(first.target.timeout) ?? 10_000))
      return clear('the page is slower than the timeout for the API server too');
    const dropsPackets = first.failure?.failed === 'timed-out';
    if (!dropsPackets && !isAnswered) return clear();
    const [policy] = blocked.policies as readonly [KubernetesObject];
    const names = blocked.policies.map(({ metadata }) => `"${metadata.name}"`).join(', ');
    const from = prometheusPeer(view).namespace;
    const port = calledAt(first)?.port ?? 0;
    return found({
      object: refTo(policy),
      because:
        blocked.way === 'in'
          ? `${names} ${blocked.policies.length > 1 ? 'select' : 'selects'} the pods, and no policy of ${policy.metadata.namespace} lets Prometheus in ${from} reach their port ${port}: ${whichOf(hits)} of ${view.monitor.metadata.name} did not answer.`
          : `${names} of ${from} ${blocked.policies.length > 1 ? 'select' : 'selects'} Prometheus, and lets nothing out to port ${port} of ${first.pod.metadata.namespace}: ${whichOf(hits)} of ${view.monitor.metadata.name} did not answer.`,
      confidence: isAnswered ? 'confirmed' : 'likely',
      evidence: [
        saw(policy, 'spec.podSelector'),
        ...(blocked.way === 'in'
          ? [saw(policy, 'spec.ingress', `TCP ${port} from ${from}`)]
          : [saw(policy, 'spec.egress', `TCP ${port} to ${first.pod.metadata.namespace}`)]),
        ...hits.failed.slice(0, 3).map((item) => sawTarget(item, 'up')),
        ...(own && page ? [sawPage(own, page)] : []),
      ],
      remedies: [blocked.way === 'in' ? letPrometheusIn(view, first) : letPrometheusOut(view, blocked, first, port)],
    });
  },
};

/** The pods are chosen as their Service chooses them; where that is not seen, by their own labels. */
function letPrometheusIn(view: PromView, { pod, target, ...rest }: SeenTarget): Remedy {
  const namespace = pod?.metadata.namespace ?? view.namespace;
  const from = prometheusPeer(view).namespace;
  const port = calledAt({ pod, target, ...rest })?.port ?? 0;
  const services = view.sight.tryList(kinds.Service, namespace);
  const service = services.ok
    ? services.value.find(({ metadata }) => metadata.name === target.labels['service'])
    : undefined;
  const chosen = textMapAt(service, 'spec.selector');
  const { 'pod-template-hash': _, ...ownLabels } = pod?.metadata.labels ?? {};
  const caller = prometheusPodLabels(prometheusOf(view))['app.kubernetes.io/name'];
  const object: KubernetesObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: policyName, namespace },
    spec: {
      podSelector: { matchLabels: Object.keys(chosen).length > 0 ? chosen : ownLabels },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': from } },
              podSelector: { matchLabels: { 'app.kubernetes.io/name': caller } },
            },
          ],
          ports: [{ port, protocol: 'TCP' }],
        },
      ],
    },
  };
  const exists = view.sight.list(kinds.NetworkPolicy, namespace).some(({ metadata }) => metadata.name === policyName);
  return {
    id: 'let-prometheus-reach-pods',
    title: `Add one NetworkPolicy: Prometheus in ${from} may reach port ${port}`,
    risk: 'low',
    automatic: 'yes',
    commands: [`kubectl apply -f - <<'EOF'\n${stringify(object)}EOF`],
    changes: [{ do: 'create', object }],
    undo: `Deletes NetworkPolicy ${policyName} again.`,
    reversible: true,
    blockedBy: exists ? `NetworkPolicy ${policyName} exists already and does not help` : null,
    healsWithin: 120,
  };
}

function letPrometheusOut(view: PromView, { policies }: ShutOut, { pod }: SeenTarget, port: number): Remedy {
  const from = prometheusPeer(view).namespace;
  return byHand({
    id: 'let-prometheus-out',
    title: `Have whoever owns ${from} let Prometheus out to port ${port} of ${pod?.metadata.namespace}`,
    risk: 'low',
    commands: [
      `kubectl -n ${from} get networkpolicies`,
      `kubectl -n ${from} edit networkpolicy ${policies[0]?.metadata.name}   # spec.egress: one more rule`,
    ],
  });
}
