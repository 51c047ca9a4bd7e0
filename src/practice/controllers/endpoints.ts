import { at, condition, listAt, textAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { serviceSelects } from '../../core/kubernetes/selectors.ts';
import { same } from '../json.ts';
import { ownerOf } from './status.ts';
import { type Controller, idle, joined, type Turn, type View } from './turn.ts';

const by = 'endpointslice-controller';
const serviceLabel = 'kubernetes.io/service-name';

/** One EndpointSlice for each Service that selects pods (kubernetes, pkg/controller/endpointslice). */
export const endpoints: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.Service).map((service) => sliceOne(view, service))),
};

function sliceOne(view: View, service: KubernetesObject): Turn {
  const { name, namespace = '' } = service.metadata;
  const isOurs = (pod: KubernetesObject): boolean =>
    pod.metadata.namespace === namespace && serviceSelects(at(service, 'spec.selector'), pod.metadata.labels ?? {});
  if (at(service, 'spec.selector') === undefined || (!view.isStirred(service) && !view.stirred(kinds.Pod, isOurs)))
    return idle;
  const pods = view
    .of(kinds.Pod, namespace)
    .filter(
      (pod) =>
        isOurs(pod) &&
        textAt(pod, 'status.podIP') !== undefined &&
        !['Succeeded', 'Failed'].includes(textAt(pod, 'status.phase') ?? ''),
    );
  const wanted = {
    endpoints: pods.length > 0 ? pods.map(endpointOf) : null,
    ports: pods.length > 0 ? portsOf(service, pods[0]) : null,
  };
  const held = view.of(kinds.EndpointSlice, namespace).find((slice) => slice.metadata.labels?.[serviceLabel] === name);
  if (held)
    return same({ endpoints: held['endpoints'], ports: held['ports'] }, wanted)
      ? idle
      : { writes: [{ do: 'update', object: { ...held, ...wanted }, by }] };
  const slice: KubernetesObject = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${view.names.suffix()}`,
      generateName: `${name}-`,
      namespace,
      labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io', [serviceLabel]: name },
      ownerReferences: [ownerOf(service)],
    },
    addressType: 'IPv4',
    ...wanted,
  };
  return { writes: [{ do: 'create', object: slice, by }] };
}

function endpointOf(pod: KubernetesObject): object {
  const isReady = condition(pod, 'Ready')?.status === 'True';
  const isEnding = pod.metadata.deletionTimestamp !== undefined;
  return {
    addresses: [textAt(pod, 'status.podIP')],
    conditions: { ready: isReady && !isEnding, serving: isReady, terminating: isEnding },
    nodeName: textAt(pod, 'spec.nodeName'),
    targetRef: { kind: 'Pod', name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
  };
}

/** Ports by the pod's own numbers. A name that no container declares leaves no port. */
function portsOf(service: KubernetesObject, pod: KubernetesObject | undefined): readonly object[] {
  const declared = listAt(pod, 'spec.containers').flatMap((container) => listAt(container, 'ports'));
  return listAt(service, 'spec.ports').flatMap((port) => {
    const target = at(port, 'targetPort') ?? at(port, 'port');
    const number =
      typeof target === 'string'
        ? at(
            declared.find((item) => textAt(item, 'name') === target),
            'containerPort',
          )
        : target;
    return typeof number === 'number'
      ? [{ name: textAt(port, 'name') ?? '', port: number, protocol: textAt(port, 'protocol') ?? 'TCP' }]
      : [];
  });
}
