import { at, listAt, textAt, textsAt } from '../../src/core/kubernetes/field.ts';

/**
 * The rules of Pod Security "restricted" that our one container can break, each with what breaks it. A small table: the judge of
 * last resort is the API server. Source: kubernetes.io/docs/concepts/security/pod-security-standards.
 */
const rules: readonly { readonly name: string; readonly breaks: (pod: unknown, container: unknown) => boolean }[] = [
  {
    name: 'no host namespaces',
    breaks: (pod) => ['hostNetwork', 'hostPID', 'hostIPC'].some((field) => at(pod, field) === true),
  },
  { name: 'not privileged', breaks: (_pod, container) => at(container, 'securityContext.privileged') === true },
  {
    name: 'no host ports',
    breaks: (_pod, container) => listAt(container, 'ports').some((port) => at(port, 'hostPort') !== undefined),
  },
  {
    name: 'only harmless volumes',
    breaks: (pod) =>
      listAt(pod, 'volumes').some((volume) =>
        Object.keys(volume as object).some((field) => field !== 'name' && !harmlessVolumes.includes(field)),
      ),
  },
  {
    name: 'no privilege escalation',
    breaks: (_pod, container) => at(container, 'securityContext.allowPrivilegeEscalation') !== false,
  },
  { name: 'runs as non-root', breaks: (pod, container) => own(pod, container, 'runAsNonRoot') !== true },
  { name: 'not user 0', breaks: (pod, container) => own(pod, container, 'runAsUser') === 0 },
  {
    name: 'seccomp',
    breaks: (pod, container) =>
      !['RuntimeDefault', 'Localhost'].includes(textAt(own(pod, container, 'seccompProfile'), 'type') ?? ''),
  },
  {
    name: 'all capabilities dropped',
    breaks: (_pod, container) => !textsAt(container, 'securityContext.capabilities.drop').includes('ALL'),
  },
  {
    name: 'no capability but NET_BIND_SERVICE added',
    breaks: (_pod, container) =>
      textsAt(container, 'securityContext.capabilities.add').some((name) => name !== 'NET_BIND_SERVICE'),
  },
];

const harmlessVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** A container's own setting wins over the pod's. */
const own = (pod: unknown, container: unknown, field: string): unknown =>
  at(container, `securityContext.${field}`) ?? at(pod, `securityContext.${field}`);

/** The names of the rules that a pod's spec breaks. */
export function brokenRules(pod: unknown): readonly string[] {
  const containers = [...listAt(pod, 'initContainers'), ...listAt(pod, 'containers')];
  return rules.filter(({ breaks }) => containers.some((container) => breaks(pod, container))).map(({ name }) => name);
}
