import type { ApiClient, Json } from '../api-client.ts';
import { egressAllowed, ingressAllowed, type Peer } from './policies.ts';
import { isServed, servedClasses } from './routing.ts';

export const installation = {
  namespace: 'ingress-nginx',
  deployment: 'ingress-nginx-controller',
  labels: { 'app.kubernetes.io/name': 'ingress-nginx' },
};

export async function servedIngresses(api: ApiClient): Promise<readonly Json[]> {
  const [ingresses, classes] = await Promise.all([
    api.get('/apis/networking.k8s.io/v1/ingresses'),
    api.get('/apis/networking.k8s.io/v1/ingressclasses'),
  ]);
  const served = servedClasses(classes.items);
  return ingresses.items.filter((ingress: Json) => isServed(ingress, served));
}

export type Endpoint = { readonly address: string; readonly port: number; readonly pod: string };

/** The ready endpoints of an Ingress' backend: none when the Service or its port is missing, or no pod is ready. */
export async function readyEndpoints(api: ApiClient, namespace: string, backend: Json): Promise<readonly Endpoint[]> {
  const { name, port } = backend.service;
  const service = await api.find(`/api/v1/namespaces/${namespace}/services/${name}`);
  const servicePort = service?.spec.ports.find((each: Json) =>
    port.name === undefined ? each.port === port.number : each.name === port.name,
  );
  if (servicePort === undefined) return [];
  const selector = encodeURIComponent(`kubernetes.io/service-name=${name}`);
  const slices = await api.get(
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${selector}`,
  );
  return slices.items.flatMap((slice: Json) => {
    const target = (slice.ports ?? []).find((each: Json) => (each.name ?? '') === (servicePort.name ?? ''));
    if (target === undefined) return [];
    return (slice.endpoints ?? [])
      .filter((endpoint: Json) => endpoint.conditions?.ready !== false)
      .map((endpoint: Json) => ({
        address: endpoint.addresses[0],
        port: target.port,
        pod: endpoint.targetRef?.name ?? '',
      }));
  });
}

/** The controller as NetworkPolicies see it: the newest of its pods. */
async function controllerAsPeer(api: ApiClient): Promise<Peer> {
  const namespace = await api.get(`/api/v1/namespaces/${installation.namespace}`);
  const selector = encodeURIComponent('app.kubernetes.io/name=ingress-nginx');
  const pods = await api.get(`/api/v1/namespaces/${installation.namespace}/pods?labelSelector=${selector}`);
  const [pod] = pods.items
    .filter(({ metadata }: Json) => metadata.deletionTimestamp === undefined)
    .toSorted((one: Json, other: Json) =>
      other.metadata.creationTimestamp.localeCompare(one.metadata.creationTimestamp),
    );
  return {
    labels: pod?.metadata.labels ?? installation.labels,
    address: pod?.status?.podIP ?? '',
    namespace: { name: installation.namespace, labels: namespace.metadata.labels },
    onHostNetwork: pod?.spec.hostNetwork === true,
  };
}

export async function policiesAllow(api: ApiClient, namespace: string, endpoint: Endpoint): Promise<boolean> {
  const pod = await api.find(`/api/v1/namespaces/${namespace}/pods/${endpoint.pod}`);
  if (pod === undefined) return true;
  const policiesOf = async (place: string): Promise<readonly Json[]> =>
    (await api.get(`/apis/networking.k8s.io/v1/namespaces/${place}/networkpolicies`)).items;
  const controller = await controllerAsPeer(api);
  const home = await api.get(`/api/v1/namespaces/${namespace}`);
  return (
    ingressAllowed(await policiesOf(namespace), pod, endpoint.port, controller) &&
    egressAllowed(await policiesOf(installation.namespace), controller, pod, endpoint.port, home)
  );
}

/** As the real one does within a minute: the address by which the outside reaches what it serves. */
export async function publishAddress(api: ApiClient, address: string): Promise<void> {
  for (const ingress of await servedIngresses(api)) {
    const published = ingress.status?.loadBalancer?.ingress?.some((each: Json) => each.ip === address);
    if (published) continue;
    const { namespace, name } = ingress.metadata;
    // Deleted in between: there is nothing left to tell.
    await api.request(
      'PATCH',
      `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}/status`,
      { status: { loadBalancer: { ingress: [{ ip: address }] } } },
      'application/merge-patch+json',
    );
  }
}
