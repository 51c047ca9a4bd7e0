import { at, listAt, textAt, textMapAt, textsAt } from '../kubernetes/field.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { serviceSelects } from '../kubernetes/selectors.ts';
import { securityHeaders } from '../manifests/security-headers.ts';
import type { ClusterFacts } from '../setup/effect.ts';
import { type IngressFacts, namespaces } from '../setup/settings.ts';
import { isNginxClass } from './components.ts';
import { ingressControllers, prometheusOperators } from './controllers.ts';
import { listOf, type See, workloads } from './looks.ts';

/** What the templates need to know of a cluster, from what was seen. What could not be seen gets the usual value. */
export function clusterFacts(see: See): Omit<ClusterFacts, 'identity' | 'prerequisites' | 'monitoring'> {
  const controllers = ingressControllers(workloads(see).found);
  const classes = listed(see, kinds.IngressClass).filter(isNginxClass);
  const prometheus = listed(see, kinds.Prometheus);
  return {
    ingressClasses: classes.map((one) => ({
      name: one.metadata.name,
      isDefault: textMapAt(one, 'metadata.annotations')['ingressclass.kubernetes.io/is-default-class'] === 'true',
      facts: ingressFacts(see, one.metadata.name, controllerOf(one.metadata.name, controllers)),
    })),
    loadBalancer: controllers.flatMap((one) => loadBalancerOf(see, one)),
    monitorLabels: textMapAt(prometheus[0], 'spec.serviceMonitorSelector.matchLabels'),
    prometheusNamespace:
      prometheus[0]?.metadata.namespace ??
      prometheusOperators(workloads(see).found)[0]?.metadata.namespace ??
      'monitoring',
    namespaces: listed(see, kinds.Namespace).map(({ metadata }) => metadata.name),
    deniesByDefault: Object.values(namespaces).some((namespace) =>
      listed(see, kinds.NetworkPolicy, namespace).some(deniesAll),
    ),
  };
}

/** Several controllers in one cluster are told apart by the class in their arguments, which are not kept; then by their name. */
function controllerOf(className: string, controllers: readonly KubernetesObject[]): KubernetesObject | undefined {
  return controllers.length === 1
    ? controllers[0]
    : controllers.find(({ metadata }) => metadata.name.includes(className));
}

function ingressFacts(see: See, className: string, controller: KubernetesObject | undefined): IngressFacts {
  const isOnHost = at(controller, 'spec.template.spec.hostNetwork') === true;
  return {
    className,
    namespace: controller?.metadata.namespace ?? 'ingress-nginx',
    // A pod on the host's network has the node's address: a namespaceSelector never matches it.
    nodeCidrs: isOnHost ? listed(see, kinds.Node).flatMap(nodeCidrsOf) : [],
    allowsCustomHeaders: controller !== undefined && allowsHeaders(see, controller),
  };
}

const nodeCidrsOf = (node: KubernetesObject): readonly string[] =>
  listAt(node, 'status.addresses').flatMap((one) => {
    const address = textAt(one, 'type') === 'InternalIP' ? textAt(one, 'address') : undefined;
    return address === undefined ? [] : [`${address}/${address.includes(':') ? 128 : 32}`];
  });

/** The allow-list must hold every header of ours: with one missing the controller refuses the whole Ingress' headers. */
function allowsHeaders(see: See, controller: KubernetesObject): boolean {
  const maps = listed(see, kinds.ConfigMap, controller.metadata.namespace);
  const allowed = maps
    .flatMap((one) => textAt(one, 'data.global-allowed-response-headers')?.split(',') ?? [])
    .map((one) => one.trim().toLowerCase());
  return Object.keys(securityHeaders('production')).every((name) => allowed.includes(name.toLowerCase()));
}

/** Addresses of Services of type LoadBalancer that select the controller's pods. */
export function balancersOf(see: See, controller: KubernetesObject): readonly KubernetesObject[] {
  const labels = textMapAt(controller, 'spec.template.metadata.labels');
  return listed(see, kinds.Service, controller.metadata.namespace).filter((service) =>
    serviceSelects(at(service, 'spec.selector'), labels),
  );
}

function loadBalancerOf(see: See, controller: KubernetesObject): readonly string[] {
  return balancersOf(see, controller)
    .filter((service) => textAt(service, 'spec.type') === 'LoadBalancer')
    .flatMap((service) =>
      listAt(service, 'status.loadBalancer.ingress').flatMap(
        (one) => textAt(one, 'ip') ?? textAt(one, 'hostname') ?? [],
      ),
    );
}

/** A policy for every pod of its namespace that lets nothing in. */
function deniesAll(policy: KubernetesObject): boolean {
  const selector = at(policy, 'spec.podSelector') as
    | { matchLabels?: object; matchExpressions?: readonly unknown[] }
    | undefined;
  const isForAll =
    Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
  const types = textsAt(policy, 'spec.policyTypes');
  return isForAll && (types.length === 0 || types.includes('Ingress')) && listAt(policy, 'spec.ingress').length === 0;
}

function listed(see: See, kind: (typeof kinds)[keyof typeof kinds], namespace?: string): readonly KubernetesObject[] {
  const answer = see(listOf(kind, kind.namespaced ? namespace : undefined));
  return answer.ok ? answer.value : [];
}
