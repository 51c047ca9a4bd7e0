import { listAt, numberAt, textAt, textMapAt } from '../../kubernetes/field.ts';
import { kinds } from '../../kubernetes/kinds.ts';
import type { KubernetesObject } from '../../kubernetes/object.ts';
import { balancersOf } from '../../prerequisites/cluster-facts.ts';
import { ingressControllers } from '../../prerequisites/controllers.ts';
import { listOf, type See, workloads } from '../../prerequisites/looks.ts';
import type { Settings } from '../settings.ts';
import { type FitFinding, finding } from './finding.ts';

type IngressSight = { readonly see: See; readonly settings: Pick<Settings, 'ingress'> };

/** The way in: how the ingress is reached, whether it sees clients, what it lets us say. */
export function judgeIngress(sight: IngressSight): readonly FitFinding[] {
  return [ingressAddress, clientAddresses, port80, headers].flatMap((question) => question(sight));
}

function ingressAddress({ see, settings }: IngressSight): readonly FitFinding[] {
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
function clientAddresses({ see }: IngressSight): readonly FitFinding[] {
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
function port80({ see }: IngressSight): readonly FitFinding[] {
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

function headers({ settings }: IngressSight): readonly FitFinding[] {
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
