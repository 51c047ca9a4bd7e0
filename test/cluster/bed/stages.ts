/**
 * How kwok plays the kubelets, as its Stage objects: nodes become Ready and stay so, pods run and become Ready at once.
 * A pod whose annotation `bed/behaves` names one of these does that instead, and recovers when the annotation goes.
 */
const behaviours = ['unready', 'crash-loop', 'image-pull', 'config-missing', 'starting'] as const;
type Behaviour = (typeof behaviours)[number];
const behaviourAnnotation = 'bed/behaves';

type Requirement = {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
};

const stage = (name: string, kind: 'Node' | 'Pod', matchExpressions: readonly Requirement[], next: object) => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name },
  spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions }, next },
});

const readyCondition = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const annotation = `.metadata.annotations["${behaviourAnnotation}"]`;
const alive: Requirement = { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' };
const unfinished: Requirement = { key: '.status.phase', operator: 'In', values: ['Pending', 'Running'] };

const node = stage('node-ready', 'Node', [{ key: readyCondition, operator: 'NotIn', values: ['True'] }], {
  statusTemplate: `
{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- {type: {{ .type | Quote }}, status: {{ .status | Quote }}, reason: {{ .reason | Quote }}, message: {{ .message | Quote }}, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}}
{{ end }}
daemonEndpoints: {kubeletEndpoint: {Port: {{ NodePort }}}}
`,
});

const addresses = `
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [{ip: {{ index . 0 | Quote }}}]
{{ end }}
{{ if not .status.podIP }}
{{ with PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
podIP: {{ index . 0 | Quote }}
podIPs: [{ip: {{ index . 0 | Quote }}}]
{{ end }}
{{ end }}`;

const initContainers = `
initContainerStatuses:
{{ range .spec.initContainers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: true, restartCount: 0, state: {terminated: {exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}}
{{ end }}`;

type Look = {
  readonly phase: 'Pending' | 'Running';
  readonly ready: boolean;
  readonly restarts: number;
  readonly state: string;
  readonly lastState?: string;
};

/** The status of a whole pod. States that a container leaves are set to null: the patch would otherwise keep them. */
function podStatus(look: Look): string {
  const unready =
    'reason: ContainersNotReady, message: "containers with unready status: [{{ (index .spec.containers 0).name }}]"';
  const condition = (type: string) =>
    `- {type: ${type}, lastTransitionTime: {{ $now | Quote }}, status: "${look.ready ? 'True' : 'False'}"${look.ready ? '' : `, ${unready}`}}`;
  return `
{{ $now := Now }}
conditions:
- {type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }}}
${condition('Ready')}
${condition('ContainersReady')}
containerStatuses:
{{ range .spec.containers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: ${look.ready}, started: ${look.ready}, restartCount: ${look.restarts}, state: ${look.state}, lastState: ${look.lastState ?? '{terminated: null}'}}
{{ end }}
${initContainers}
${addresses}
phase: ${look.phase}
startTime: {{ or .status.startTime $now | Quote }}
`;
}

const running = '{running: {startedAt: {{ $now | Quote }}}, waiting: null}';
const waiting = (reason: string, message = '') =>
  `{waiting: {reason: ${reason}, message: ${message || '""'}}, running: null}`;

const looks: Readonly<Record<Behaviour, Look>> = {
  unready: { phase: 'Running', ready: false, restarts: 0, state: running },
  'crash-loop': {
    phase: 'Running',
    ready: false,
    restarts: 7,
    state: waiting('CrashLoopBackOff', `'back-off 5m0s restarting failed container={{ .name }}'`),
    lastState:
      '{terminated: {exitCode: 1, reason: Error, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}',
  },
  'image-pull': {
    phase: 'Pending',
    ready: false,
    restarts: 0,
    state: waiting('ImagePullBackOff', `'Back-off pulling image "{{ .image }}"'`),
  },
  'config-missing': {
    phase: 'Pending',
    ready: false,
    restarts: 0,
    state: waiting(
      'CreateContainerConfigError',
      // The kubelet names what the container's own environment refers to.
      `{{ $name := "missing" }}{{ range .env }}{{ $name = .valueFrom.secretKeyRef.name }}{{ end }}{{ printf "secret \\"%s\\" not found" $name | Quote }}`,
    ),
  },
  starting: { phase: 'Pending', ready: false, restarts: 0, state: waiting('ContainerCreating') },
};

const healthy = stage(
  'pod-ready',
  'Pod',
  [
    alive,
    unfinished,
    { key: annotation, operator: 'DoesNotExist' },
    { key: readyCondition, operator: 'NotIn', values: ['True'] },
  ],
  { statusTemplate: podStatus({ phase: 'Running', ready: true, restarts: 0, state: running }) },
);

const misbehaving = behaviours.map((behaviour) =>
  stage(
    `pod-${behaviour}`,
    'Pod',
    [
      alive,
      unfinished,
      { key: annotation, operator: 'In', values: [behaviour] },
      { key: readyCondition, operator: 'NotIn', values: ['False'] },
    ],
    { statusTemplate: podStatus(looks[behaviour]) },
  ),
);

const completed = stage(
  'pod-complete',
  'Pod',
  [
    alive,
    { key: '.status.phase', operator: 'In', values: ['Running'] },
    { key: '.metadata.ownerReferences.[].kind', operator: 'In', values: ['Job'] },
  ],
  {
    statusTemplate: `
{{ $now := Now }}
containerStatuses:
{{ range .spec.containers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: false, started: false, restartCount: 0, state: {running: null, terminated: {exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}}
{{ end }}
phase: Succeeded
`,
  },
);

/** A pod annotated `bed/behaves: lingers` takes as long to end as its grace period allows. */
const deleted = stage(
  'pod-delete',
  'Pod',
  [
    { key: '.metadata.deletionTimestamp', operator: 'Exists' },
    { key: annotation, operator: 'NotIn', values: ['lingers'] },
  ],
  { delete: true },
);

export const stages = [node, healthy, ...misbehaving, completed, deleted];
