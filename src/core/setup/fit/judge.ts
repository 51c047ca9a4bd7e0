/** "Will it work here?": what was rendered held against what was seen, without touching anything. One function a question. */
import { at, listAt, numberAt, textAt, textMapAt } from '../../kubernetes/field.ts';
import { kinds } from '../../kubernetes/kinds.ts';
import type { KubernetesObject } from '../../kubernetes/object.ts';
import { selects } from '../../kubernetes/selectors.ts';
import type { Sent } from '../../outside/cluster-writer.ts';
import { balancersOf } from '../../prerequisites/cluster-facts.ts';
import { ingressControllers } from '../../prerequisites/controllers.ts';
import { listOf, nodeMetrics, type See, workloads } from '../../prerequisites/looks.ts';
import type { EnvironmentName, Settings } from '../settings.ts';
import type { FitFinding } from './finding.ts';

export type FitSight = {
  readonly see: See;
  readonly environment: EnvironmentName;
  readonly settings: Settings;
  /** What would be applied. */
  readonly objects: readonly KubernetesObject[];
  /** One pod as the Deployment would make it, tried on the server; null where its namespace is not there yet. */
  readonly pod: Sent | null;
};

export function judgeFit(sight: FitSight): readonly FitFinding[] {
  return [nodes, pod, networkPolicies, ingressAddress, clientAddresses, port80, headers, metrics, prometheus].flatMap(
    (question) => question(sight),
  );
}

const finding = (id: string, level: FitFinding['level'], text: string, change: string | null = null): FitFinding => ({
  id,
  level,
  text,
  change,
});
const named = (objects: readonly KubernetesObject[], kind: string) => objects.find((one) => one.kind === kind);

/** Pods are spread where it can be had (preferred): one node is enough to run, and too few to survive its loss. */
function nodes({ see, objects, environment }: FitSight): readonly FitFinding[] {
  const answer = see(listOf(kinds.Node));
  if (!answer.ok) return [finding('nodes', 'unknown', `Whether pods can be spread is not known: ${answer.detail}`)];
  const usable = answer.value.filter(takesPods).length;
  const wanted = numberAt(named(objects, 'HorizontalPodAutoscaler'), 'spec.minReplicas') ?? 1;
  if (usable === 0)
    return [finding('nodes', 'stops', 'No node takes pods: all are cordoned or tainted.', 'kubectl get nodes')];
  if (usable >= wanted) return [];
  const many = usable === 1 ? 'Only one node takes pods' : `Only ${usable} nodes take pods`;
  return [
    finding(
      'nodes',
      'look',
      `${many}; the ${wanted} pods of ${environment} share them, and the loss of one costs more than one pod.`,
    ),
  ];
}

function takesPods(node: KubernetesObject): boolean {
  const isTainted = listAt(node, 'spec.taints').some((taint) =>
    ['NoSchedule', 'NoExecute'].includes(textAt(taint, 'effect') ?? ''),
  );
  const isReady = listAt(node, 'status.conditions').some(
    (one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True',
  );
  return at(node, 'spec.unschedulable') !== true && !isTainted && isReady;
}

/** Quota, LimitRange, Pod Security and admission webhooks answer for themselves. */
function pod({ pod: answer, environment }: FitSight): readonly FitFinding[] {
  if (answer === null) return [];
  if (answer.ok) {
    return (answer.warnings ?? []).map((warning) =>
      finding('pod-warning', 'look', `The server warns of the pods: ${warning}`, deploymentPath(environment)),
    );
  }
  if (answer.why === 'forbidden')
    return [
      finding(
        'pod',
        'unknown',
        `Whether quota and Pod Security let the pods in could not be tried: ${answer.needs ?? answer.detail}`,
      ),
    ];
  if (answer.why === 'unreachable' || answer.why === 'timed-out')
    return [
      finding('pod', 'unknown', `Whether quota and Pod Security let the pods in could not be tried: ${answer.detail}`),
    ];
  const change = /exceeded quota/.test(answer.detail)
    ? 'kubectl describe resourcequota (or fewer pods: overlays, hpa-patch.yaml, spec.minReplicas)'
    : deploymentPath(environment);
  return [finding('pod', 'stops', `The server refuses the pods: ${answer.detail}`, change)];
}

const deploymentPath = (environment: EnvironmentName): string =>
  `overlays/${environment}/kustomization.yaml, or base: Deployment auth-service, spec.template.spec`;

/** A network that does not enforce policies accepts them all the same; nothing in the API tells. */
function networkPolicies({ see }: FitSight): readonly FitFinding[] {
  const enforcers = /^(calico-node|cilium|kube-router|antrea-agent|weave-net|azure-npm|ovnkube-node|canal)$/;
  const found = workloads(see).found.find(
    ({ kind, metadata }) => (kind ?? 'DaemonSet') === 'DaemonSet' && enforcers.test(metadata.name),
  );
  if (found) return [];
  return [
    finding(
      'network-policies',
      'unknown',
      'Whether this network enforces NetworkPolicies cannot be seen from here: they are applied, and may do nothing.',
    ),
  ];
}

function ingressAddress({ see, settings }: FitSight): readonly FitFinding[] {
  const controllers = ingressControllers(workloads(see).found);
  if (settings.ingress.nodeCidrs.length > 0) {
    return [
      finding(
        'ingress-host-network',
        'look',
        'The ingress controller is on the nodes’ network: the NetworkPolicy names the addresses of the nodes, and a new node needs a new line.',
        'base: NetworkPolicy auth-service-networkpolicy, spec.ingress[0].from',
      ),
    ];
  }
  const exposed = controllers.flatMap((one) => balancersOf(see, one)).map((service) => textAt(service, 'spec.type'));
  if (
    controllers.length > 0 &&
    exposed.length > 0 &&
    !exposed.includes('LoadBalancer') &&
    exposed.includes('NodePort')
  ) {
    return [
      finding(
        'ingress-node-port',
        'look',
        'The ingress is reached by a NodePort: something in front of the nodes must bring ports 80 and 443 there, else no certificate is issued.',
      ),
    ];
  }
  return [];
}

/** Limits per client address count the load balancer as one client where it hides the address. */
function clientAddresses({ see }: FitSight): readonly FitFinding[] {
  const controllers = ingressControllers(workloads(see).found);
  const hidden = controllers
    .flatMap((one) => balancersOf(see, one))
    .filter((service) => {
      const isBalanced = textAt(service, 'spec.type') === 'LoadBalancer';
      return (
        isBalanced && textAt(service, 'spec.externalTrafficPolicy') !== 'Local' && !usesProxyProtocol(see, service)
      );
    });
  return hidden.map((service) =>
    finding(
      'client-addresses',
      'look',
      'Clients are seen under the addresses of the nodes: the limits per client address hold for all clients together.',
      `kubectl -n ${service.metadata.namespace} patch service ${service.metadata.name} -p '{"spec":{"externalTrafficPolicy":"Local"}}' (or PROXY protocol on both sides)`,
    ),
  );
}

function usesProxyProtocol(see: See, service: KubernetesObject): boolean {
  const maps = see(listOf(kinds.ConfigMap, service.metadata.namespace));
  return maps.ok && maps.value.some((one) => textMapAt(one, 'data')['use-proxy-protocol'] === 'true');
}

/** The CA asks on port 80, whatever redirects come after. */
function port80({ see }: FitSight): readonly FitFinding[] {
  const balancers = ingressControllers(workloads(see).found)
    .flatMap((one) => balancersOf(see, one))
    .filter((service) => textAt(service, 'spec.type') === 'LoadBalancer');
  return balancers.flatMap((service) => {
    const ports = listAt(service, 'spec.ports').map((one) => numberAt(one, 'port'));
    const where = `Service ${service.metadata.namespace}/${service.metadata.name}`;
    if (!ports.includes(80))
      return [
        finding(
          'port-80',
          'stops',
          `${where} has no port 80: the CA cannot ask for the challenge.`,
          `${where}, spec.ports: port 80 to http`,
        ),
      ];
    const hasAddress = listAt(service, 'status.loadBalancer.ingress').length > 0;
    return hasAddress
      ? []
      : [
          finding(
            'load-balancer',
            'look',
            `${where} has no address yet: there is nothing DNS could point to.`,
            `kubectl -n ${service.metadata.namespace} describe service ${service.metadata.name}`,
          ),
        ];
  });
}

function headers({ settings }: FitSight): readonly FitFinding[] {
  if (settings.ingress.allowsCustomHeaders) return [];
  return [
    finding(
      'headers',
      'look',
      'The ingress controller does not let an Ingress add response headers: X-Frame-Options and its like are left out. HSTS is the controller’s own (on by default).',
      'ConfigMap of ingress-nginx: global-allowed-response-headers: "Strict-Transport-Security,X-Frame-Options,X-Content-Type-Options,Referrer-Policy,Permissions-Policy"; hsts-max-age: "31536000"',
    ),
  ];
}

function metrics({ see, environment, objects }: FitSight): readonly FitFinding[] {
  const answer = see(listOf(nodeMetrics));
  if (answer.ok) return [];
  const fewest = numberAt(named(objects, 'HorizontalPodAutoscaler'), 'spec.minReplicas') ?? 1;
  if (answer.why === 'not-found')
    return [
      finding(
        'metrics-api',
        'look',
        `There is no metrics API: ${environment} stays at ${fewest} pods whatever the load.`,
        'orion-setup prerequisites',
      ),
    ];
  return [finding('metrics-api', 'unknown', `Whether the autoscaler has data is not known: ${answer.detail}`)];
}

/** Our ServiceMonitor is found by its labels, in namespaces that are looked at. */
function prometheus({ see, environment, objects }: FitSight): readonly FitFinding[] {
  const answer = see(listOf(kinds.Prometheus));
  if (!answer.ok)
    return [
      finding(
        'prometheus',
        'unknown',
        `Whether a Prometheus picks the ServiceMonitor up is not known: ${answer.detail}`,
      ),
    ];
  if (answer.value.length === 0)
    return [
      finding(
        'prometheus',
        'look',
        'There is no Prometheus resource in this cluster: nothing reads the ServiceMonitor.',
        'orion-setup prerequisites',
      ),
    ];
  const labels = textMapAt(named(objects, 'ServiceMonitor'), 'metadata.labels');
  const picks = answer.value.some((one) => selects(at(one, 'spec.serviceMonitorSelector'), labels));
  const path = `overlays/${environment}, or base: ServiceMonitor auth-service-monitor, metadata.labels`;
  return picks
    ? []
    : [
        finding(
          'prometheus',
          'look',
          'No Prometheus of this cluster selects the labels of our ServiceMonitor: no metrics.',
          path,
        ),
      ];
}
