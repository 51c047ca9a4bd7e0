import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { isMap, type JsonMap } from './json.ts';

/**
 * What the API server fills in where a field is left out, for the kinds that a deployment of this tool writes. Sources: kubernetes
 * pkg/apis/{core,apps,policy,networking,autoscaling}/v*\/defaults.go.
 */
export function defaulted(
  object: KubernetesObject,
  allocate: { readonly clusterIp: () => string; readonly defaultIngressClass: () => string | undefined },
): KubernetesObject {
  const spec = isMap(object['spec']) ? object['spec'] : undefined;
  switch (object.kind) {
    case 'Namespace': {
      const labels = { 'kubernetes.io/metadata.name': object.metadata.name, ...object.metadata.labels };
      return {
        ...object,
        metadata: { ...object.metadata, labels },
        spec: { finalizers: ['kubernetes'], ...spec },
        status: { phase: 'Active', ...asMap(object['status']) },
      };
    }
    case 'Secret':
      return { type: 'Opaque', ...withoutStringData(object) };
    case 'Service':
      return spec ? { ...object, spec: serviceSpec(spec, allocate.clusterIp) } : object;
    case 'Pod':
      return spec
        ? {
            ...object,
            spec: podSpec(spec),
            status: { phase: 'Pending', qosClass: 'Burstable', ...asMap(object['status']) },
          }
        : object;
    case 'Deployment':
      return spec ? { ...object, spec: deploymentSpec(spec) } : object;
    case 'ReplicaSet':
      return spec ? { ...object, spec: { replicas: 1, ...spec, template: podTemplate(spec['template']) } } : object;
    case 'Ingress': {
      if (
        !spec ||
        spec['ingressClassName'] !== undefined ||
        object.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined
      )
        return object;
      const marked = allocate.defaultIngressClass();
      return marked === undefined ? object : { ...object, spec: { ingressClassName: marked, ...spec } };
    }
    case 'NetworkPolicy':
      return spec ? { ...object, spec: networkPolicySpec(spec) } : object;
    case 'HorizontalPodAutoscaler':
      return spec ? { ...object, spec: { minReplicas: 1, ...spec } } : object;
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return object;
    default:
      return object;
  }
}

const asMap = (value: unknown): JsonMap => (isMap(value) ? value : {});

/** The defaults first, what is there over them: null and undefined count as left out. */
function filled(defaults: JsonMap, value: JsonMap): Record<string, unknown> {
  const result: Record<string, unknown> = { ...value };
  for (const [key, preset] of Object.entries(defaults))
    if (result[key] === undefined || result[key] === null) result[key] = preset;
  return result;
}

/** stringData is write-only: it lands in data. */
function withoutStringData(object: KubernetesObject): KubernetesObject {
  const { stringData, ...rest } = object;
  if (!isMap(stringData)) return object;
  const encoded = Object.fromEntries(
    Object.entries(stringData).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]),
  );
  return { ...(rest as KubernetesObject), data: { ...asMap(rest['data']), ...encoded } };
}

function serviceSpec(spec: JsonMap, clusterIp: () => string): JsonMap {
  const ports = Array.isArray(spec['ports'])
    ? spec['ports'].map((port: unknown) => filled({ protocol: 'TCP', targetPort: asMap(port)['port'] }, asMap(port)))
    : spec['ports'];
  const address =
    typeof spec['clusterIP'] === 'string' && spec['clusterIP'] !== ''
      ? spec['clusterIP']
      : spec['type'] === 'ExternalName'
        ? undefined
        : clusterIp();
  return filled(
    {
      ...(address === undefined ? {} : { clusterIP: address, clusterIPs: [address] }),
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ...(spec['type'] === 'LoadBalancer' || spec['type'] === 'NodePort' ? { externalTrafficPolicy: 'Cluster' } : {}),
      ...(spec['type'] === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
    },
    { ...spec, ports },
  );
}

function deploymentSpec(spec: JsonMap): JsonMap {
  const strategy = filled({ type: 'RollingUpdate' }, asMap(spec['strategy']));
  const rolling =
    strategy['type'] === 'RollingUpdate'
      ? {
          ...strategy,
          rollingUpdate: filled({ maxUnavailable: '25%', maxSurge: '25%' }, asMap(strategy['rollingUpdate'])),
        }
      : strategy;
  return filled(
    { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
    { ...spec, strategy: rolling, template: podTemplate(spec['template']) },
  );
}

function podTemplate(template: unknown): unknown {
  return isMap(template) && isMap(template['spec']) ? { ...template, spec: podSpec(template['spec']) } : template;
}

function podSpec(spec: JsonMap): JsonMap {
  const all = (list: unknown): unknown => (Array.isArray(list) ? list.map((item) => container(asMap(item))) : list);
  return filled(
    {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
    },
    {
      ...spec,
      containers: all(spec['containers']),
      ...(spec['initContainers'] === undefined ? {} : { initContainers: all(spec['initContainers']) }),
      ...(typeof spec['serviceAccountName'] === 'string' ? { serviceAccount: spec['serviceAccountName'] } : {}),
    },
  );
}

const probeDefaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

function container(given: JsonMap): JsonMap {
  const result = filled(
    {
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      imagePullPolicy: /:(?!latest$)[^/]+$|@sha256:/.test(String(given['image'] ?? '')) ? 'IfNotPresent' : 'Always',
      resources: {},
    },
    given,
  );
  if (Array.isArray(result['ports']))
    result['ports'] = result['ports'].map((port: unknown) => filled({ protocol: 'TCP' }, asMap(port)));
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = result[name];
    if (!isMap(probe)) continue;
    const get = probe['httpGet'];
    result[name] = filled(
      probeDefaults,
      isMap(get) ? { ...probe, httpGet: filled({ scheme: 'HTTP', path: '/' }, get) } : probe,
    );
  }
  return result;
}

function networkPolicySpec(spec: JsonMap): JsonMap {
  const ports = (rules: unknown): unknown =>
    Array.isArray(rules)
      ? rules.map((rule: unknown) => {
          const given = asMap(rule)['ports'];
          return Array.isArray(given)
            ? { ...asMap(rule), ports: given.map((port: unknown) => filled({ protocol: 'TCP' }, asMap(port))) }
            : rule;
        })
      : rules;
  const types = ['Ingress', ...(Array.isArray(spec['egress']) && spec['egress'].length > 0 ? ['Egress'] : [])];
  return filled(
    { policyTypes: types },
    {
      ...spec,
      ...(spec['ingress'] === undefined ? {} : { ingress: ports(spec['ingress']) }),
      ...(spec['egress'] === undefined ? {} : { egress: ports(spec['egress']) }),
    },
  );
}
