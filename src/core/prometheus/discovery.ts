import { at, listAt, numberAt, textAt, textMapAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { Labels } from '../kubernetes/relabeling.ts';
import { sanitized } from './scrape-rules.ts';

/** What Prometheus' discovery of endpoints finds before any relabeling, with the pod that stands behind it. */
export type Discovered = { readonly labels: Labels; readonly pod: KubernetesObject | undefined };

export type Surroundings = {
  readonly services: readonly KubernetesObject[];
  readonly slices: readonly KubernetesObject[];
  readonly pods: readonly KubernetesObject[];
};

const serviceLabel = 'kubernetes.io/service-name';

/**
 * One target for each address and port of each Service's endpoints, unready ones too, and one for each further port that a container of
 * their pods declares (prometheus, discovery/kubernetes/endpointslice.go). Only the labels that rules of ours and the operator's read.
 */
export function discovered({ services, slices, pods }: Surroundings): readonly Discovered[] {
  return services.flatMap((service) => {
    const own = slices.filter(
      ({ metadata }) =>
        metadata.namespace === service.metadata.namespace && metadata.labels?.[serviceLabel] === service.metadata.name,
    );
    const found = own.flatMap((slice) => ofSlice(slice, pods));
    const covered = new Set(found.map(({ labels }) => labels['__address__']));
    const more = uniquePods(found).flatMap((pod) => uncoveredPorts(pod, covered));
    return [...found, ...more].map(({ labels, pod }) => ({ labels: { ...serviceLabels(service), ...labels }, pod }));
  });
}

function ofSlice(slice: KubernetesObject, pods: readonly KubernetesObject[]): readonly Discovered[] {
  return listAt(slice, 'ports').flatMap((port) =>
    listAt(slice, 'endpoints').flatMap((endpoint) => {
      const kind = textAt(endpoint, 'targetRef.kind');
      const name = textAt(endpoint, 'targetRef.name');
      const pod =
        kind === 'Pod'
          ? pods.find(({ metadata }) => metadata.name === name && metadata.namespace === slice.metadata.namespace)
          : undefined;
      const number = numberAt(port, 'port') ?? 0;
      return listAt(endpoint, 'addresses').flatMap((address) =>
        typeof address === 'string'
          ? [
              {
                pod,
                labels: given({
                  __address__: joined(address, number),
                  __meta_kubernetes_endpoint_port_name: textAt(port, 'name'),
                  __meta_kubernetes_endpoint_port_protocol: textAt(port, 'protocol'),
                  __meta_kubernetes_endpoint_ready: String(at(endpoint, 'conditions.ready') !== false),
                  __meta_kubernetes_endpoint_address_target_kind: kind,
                  __meta_kubernetes_endpoint_address_target_name: name,
                  ...(pod ? podLabels(pod, number) : {}),
                }),
              },
            ]
          : [],
      );
    }),
  );
}

const joined = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

const uniquePods = (found: readonly Discovered[]): readonly KubernetesObject[] => [
  ...new Set(found.flatMap(({ pod }) => pod ?? [])),
];

/** Ports that the Service does not lead to, but that a container declares. */
function uncoveredPorts(pod: KubernetesObject, covered: ReadonlySet<string | undefined>): readonly Discovered[] {
  const address = textAt(pod, 'status.podIP');
  if (address === undefined) return [];
  return containerPorts(pod).flatMap(({ number }) => {
    const whole = joined(address, number);
    return covered.has(whole) ? [] : [{ pod, labels: given({ __address__: whole, ...podLabels(pod, number) }) }];
  });
}

type ContainerPort = {
  readonly container: string;
  readonly name: string;
  readonly number: number;
  readonly protocol: string;
};

/** What the containers of a pod declare; a port that none declares can be listened on all the same. */
export function containerPorts(pod: KubernetesObject): readonly ContainerPort[] {
  return listAt(pod, 'spec.containers').flatMap((container) =>
    listAt(container, 'ports').flatMap((port) => {
      const number = numberAt(port, 'containerPort');
      return number === undefined
        ? []
        : [
            {
              container: textAt(container, 'name') ?? '',
              name: textAt(port, 'name') ?? '',
              number,
              protocol: textAt(port, 'protocol') ?? 'TCP',
            },
          ];
    }),
  );
}

function podLabels(pod: KubernetesObject, number: number): Readonly<Record<string, string | undefined>> {
  const port = containerPorts(pod).find((item) => item.number === number);
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  return {
    __meta_kubernetes_pod_name: pod.metadata.name,
    __meta_kubernetes_pod_ip: textAt(pod, 'status.podIP'),
    __meta_kubernetes_pod_phase: textAt(pod, 'status.phase'),
    __meta_kubernetes_pod_node_name: textAt(pod, 'spec.nodeName'),
    __meta_kubernetes_pod_host_ip: textAt(pod, 'status.hostIP'),
    __meta_kubernetes_pod_uid: pod.metadata.uid,
    __meta_kubernetes_pod_controller_kind: owner?.kind,
    __meta_kubernetes_pod_controller_name: owner?.name,
    ...(port
      ? {
          __meta_kubernetes_pod_container_name: port.container,
          __meta_kubernetes_pod_container_port_name: port.name,
          __meta_kubernetes_pod_container_port_number: String(port.number),
          __meta_kubernetes_pod_container_port_protocol: port.protocol,
        }
      : {}),
    ...marked('__meta_kubernetes_pod_label', pod.metadata.labels),
    ...marked('__meta_kubernetes_pod_annotation', pod.metadata.annotations),
  };
}

function serviceLabels(service: KubernetesObject): Labels {
  return given({
    __meta_kubernetes_namespace: service.metadata.namespace,
    __meta_kubernetes_service_name: service.metadata.name,
    ...marked('__meta_kubernetes_service_label', textMapAt(service, 'metadata.labels')),
    ...marked('__meta_kubernetes_service_annotation', textMapAt(service, 'metadata.annotations')),
  });
}

/** `PREFIX_name` with the value, and `PREFIXpresent_name` with "true". */
const marked = (
  prefix: string,
  texts: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(texts ?? {}).flatMap(([name, value]) => [
      [`${prefix}_${sanitized(name)}`, value],
      [`${prefix}present_${sanitized(name)}`, 'true'],
    ]),
  );

const given = (labels: Readonly<Record<string, string | undefined>>): Labels =>
  Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
