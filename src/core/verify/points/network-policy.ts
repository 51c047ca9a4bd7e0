import { listAt, numberAt, textAt, textMapAt } from '../../kubernetes/field.ts';
import { kinds, ref } from '../../kubernetes/kinds.ts';
import { admitsEgress, admitsIngress, type Peer } from '../../kubernetes/network-policy.ts';
import { type KubernetesObject, refTo } from '../../kubernetes/object.ts';
import { policyEnforcer } from '../../kubernetes/policy-enforcer.ts';
import { servicePort } from '../names.ts';
import type { Point, PointSight } from '../point.ts';
import { absent } from './resources.ts';

/** Somebody whom no rule can mean: a namespace without labels of its own, a pod without any. */
const stranger: Peer = {
  namespace: 'a-namespace-of-nobody',
  namespaceLabels: { 'kubernetes.io/metadata.name': 'a-namespace-of-nobody' },
  podLabels: {},
};

/** Judged by the policies alone. Whether this network enforces them no object tells, so that is said beside it. */
export const networkPolicy: Point = {
  id: 'networkpolicy',
  title: 'NetworkPolicies restrict the traffic',
  expects: () => 'a NetworkPolicy over the pods that lets in named callers only',
  runbook: null,
  detectors: [],
  judge(sight) {
    const { namespace } = sight;
    const deployment = sight.deployment();
    if (!deployment) return { state: 'failed', ...absent(namespace) };
    const policies = sight.sight.list(kinds.NetworkPolicy, namespace);
    const pod = { namespace, labels: textMapAt(deployment, 'spec.template.metadata.labels') };
    const port = portOf(deployment);
    const into = admitsIngress(policies, pod, stranger, port);
    const remarks = [
      ...enforcement(sight),
      ...(admitsEgress(policies, pod, stranger, { number: 443, name: undefined }).admitted === 'yes'
        ? ['The way out is not restricted: the pods may connect to anywhere']
        : []),
    ];
    if (into.admitted === 'yes')
      return {
        state: 'failed',
        lasting: true,
        commands: sight.subject.environment
          ? [`orion-setup deploy ${sight.subject.environment}`]
          : [`kubectl -n ${namespace} get networkpolicies -o yaml`],
        saw:
          policies.length === 0
            ? `there is no NetworkPolicy in ${namespace}: everybody may connect`
            : `any pod of any namespace may connect to port ${port.number}`,
        object: policies[0] ? refTo(policies[0]) : ref(kinds.NetworkPolicy, 'auth-service-networkpolicy', namespace),
        field: 'spec.ingress',
        remarks,
      };
    const [first] = into.policies;
    return {
      state: 'passed',
      saw: `${into.policies.map(({ metadata }) => metadata.name).join(', ')}: port ${port.number} for named callers only`,
      ...(first ? { object: refTo(first) } : {}),
      field: 'spec.ingress',
      remarks,
    };
  },
};

function portOf(deployment: KubernetesObject): { readonly number: number; readonly name: string | undefined } {
  const ports = listAt(deployment, 'spec.template.spec.containers').flatMap((one) => listAt(one, 'ports'));
  const http = ports.find((one) => textAt(one, 'name') === 'http') ?? ports[0];
  return { number: numberAt(http, 'containerPort') ?? servicePort, name: textAt(http, 'name') };
}

function enforcement({ sight }: PointSight): readonly string[] {
  const listed = sight.tryList(kinds.DaemonSet);
  if (!listed.ok) return [`Whether this network enforces NetworkPolicies is unknown: ${listed.detail}`];
  const enforcer = policyEnforcer(listed.value);
  return enforcer
    ? []
    : [
        'Not enforced here, as far as can be seen: no network plugin that enforces NetworkPolicies was found, so they may do nothing',
      ];
}
