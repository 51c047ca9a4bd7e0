import type { Json } from './bed/api-client.ts';
import type { Applied, Fault, Place, Step } from './both-clusters.ts';
import { budgetOver, deploymentOf } from './pdb-blocking/site.ts';
import { podSpec } from './sample-objects.ts';

/** Faults, and what is no fault, of Deployments and their budgets. */
const app = 'auth-service';
type Differs = Parameters<typeof deploymentOf>[2];

const deployed = ({ namespace }: Place, differs: Differs = {}, name = app): Applied =>
  deploymentOf(namespace, name, differs);

/** As the pod runs: what is measured is a share of what it requests. */
const measured = {
  containers: podSpec().containers.map((one) => ({ ...one, resources: { requests: { cpu: '100m' } } })),
};

const twin = (place: Place, name: string): Applied => {
  const made = budget(place, { minAvailable: 1 }, name);
  return { ...made, metadata: { ...made.metadata, labels: { twin: 'yes' } } } as Applied;
};

const paused = (place: Place, isPaused: boolean, differs: Differs): Applied => {
  const made = deploymentOf(place.namespace, app, differs);
  return { ...made, spec: { ...made.spec, paused: isPaused } } as Applied;
};

const isRunning = (pod: Json): boolean => pod.status.phase === 'Running';

const budget = ({ namespace }: Place, spec: object, name = 'budget'): Applied => budgetOver(namespace, name, spec);

const rolledOut = (replicas: number, name = app): readonly string[] => [
  `Deployment/${name} Progressing=True NewReplicaSetAvailable`,
  `Deployment/${name} availableReplicas=${replicas}`,
];

/** A sound Deployment, and over it a budget of these numbers. */
const withBudget = (spec: object, allows: number, replicas = 3): Fault => ({
  steps: [
    {
      apply: (place) => [deployed(place, { replicas }), budget(place, spec)],
      comesTo: [
        ...rolledOut(replicas),
        `PodDisruptionBudget/budget currentHealthy=${replicas}`,
        `PodDisruptionBudget/budget disruptionsAllowed=${allows}`,
      ],
    },
  ],
});

const sound: Step = { apply: (place) => [deployed(place)], comesTo: rolledOut(3) };

const spread = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } },
      ],
    },
  },
};

const scaler = ({ namespace }: Place, target = app): Applied & { readonly spec: object } => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'scaler', namespace },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
    minReplicas: 3,
    maxReplicas: 5,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
  },
});

const quota = ({ namespace }: Place): Applied & { readonly spec: object } => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'small', namespace },
  spec: { hard: { pods: '2' } },
});

export const budgetFaults: Readonly<Record<string, Fault>> = {
  'a sound Deployment with a budget': withBudget({ minAvailable: 1 }, 2),
  'minAvailable equal to the replicas': withBudget({ minAvailable: 3 }, 0),
  'minAvailable above the replicas': withBudget({ minAvailable: 4 }, 0),
  'maxUnavailable 0': withBudget({ maxUnavailable: 0 }, 0),
  'a percentage that rounds up to all': withBudget({ minAvailable: '67%' }, 0),
  'a percentage that may be away': withBudget({ maxUnavailable: '34%' }, 2),
  'a Deployment scaled to 0': withBudget({ minAvailable: 1 }, 0, 0),
  'a budget that selects nothing': {
    steps: [
      {
        apply: (place) => [
          deployed(place),
          budget(place, { minAvailable: 1, selector: { matchLabels: { app: 'another' } } }),
        ],
        comesTo: [...rolledOut(3), 'PodDisruptionBudget/budget DisruptionAllowed=False InsufficientPods'],
      },
    ],
  },
  'one budget over two Deployments': {
    steps: [
      {
        apply: (place) => [
          ...['one', 'two'].map((name) => deployed(place, { labels: { app, name } }, name)),
          budget(place, { maxUnavailable: '50%' }),
        ],
        comesTo: [...rolledOut(3, 'one'), ...rolledOut(3, 'two'), 'PodDisruptionBudget/budget currentHealthy=6'],
      },
    ],
  },
  'two budgets over one Deployment': {
    steps: [
      // A pod's changes are counted by one of its budgets only, whichever is found first: so the pods are there before.
      sound,
      {
        apply: (place) => [budget(place, { minAvailable: 1 }, 'loose'), budget(place, { maxUnavailable: 0 }, 'tight')],
        comesTo: [...['loose', 'tight'].map((it) => `PodDisruptionBudget/${it} currentHealthy=3`)],
      },
    ],
  },
  'paused, and then given another template': {
    steps: [
      sound,
      {
        apply: ({ namespace }) => {
          const changed = deploymentOf(namespace, app, { annotations: { changed: 'yes' } });
          return [{ ...changed, spec: { ...changed.spec, paused: true } } as Applied];
        },
        comesTo: [`Deployment/${app} Progressing=Unknown DeploymentPaused`, `Deployment/${app} updatedReplicas=0`],
      },
    ],
  },
  'two budgets over one Deployment, and a pod that sickens': {
    steps: [
      sound,
      {
        apply: (place) => [twin(place, 'one'), twin(place, 'other')],
        comesTo: ['PodDisruptionBudget/one of two currentHealthy=3'],
      },
      { sickens: (pods) => pods.find(isRunning), comesTo: ['PodDisruptionBudget/one of two currentHealthy=2'] },
    ],
  },
  'a pod that sickens': {
    steps: [
      ...withBudget({ minAvailable: 3 }, 0).steps,
      {
        sickens: (pods) => pods.find(isRunning),
        comesTo: [`Deployment/${app} readyReplicas=2`, 'PodDisruptionBudget/budget currentHealthy=2'],
      },
    ],
  },
  'a roll-out whose first new pod sickens': {
    steps: [
      { apply: (place) => [deployed(place), budget(place, { maxUnavailable: 1 })], comesTo: rolledOut(3) },
      {
        apply: (place) => [deployed(place, { annotations: { changed: 'yes', 'bed/behaves': 'unready' } })],
        sickens: (pods) => pods.find(({ metadata }) => metadata.annotations?.changed),
        comesTo: [`Deployment/${app} replicas=4`, `Deployment/${app} updatedReplicas=1`],
      },
    ],
  },
  'paused, given another template, and resumed': {
    steps: [
      sound,
      {
        apply: (place) => [paused(place, true, { annotations: { changed: 'yes' } })],
        comesTo: [`Deployment/${app} Progressing=Unknown DeploymentPaused`, `Deployment/${app} updatedReplicas=0`],
      },
      {
        apply: (place) => [paused(place, false, { annotations: { changed: 'yes' } })],
        comesTo: [...rolledOut(3), `Deployment/${app} updatedReplicas=3`],
      },
    ],
  },
  'paused and resumed while a pod finds no node': {
    steps: [
      { apply: (place) => [deployed(place, { pod: spread })], comesTo: rolledOut(3) },
      {
        apply: (place) => [paused(place, true, { pod: spread, replicas: 4 })],
        comesTo: [`Deployment/${app} Progressing=Unknown DeploymentPaused`, `Deployment/${app} updatedReplicas=4`],
      },
      {
        apply: (place) => [paused(place, false, { pod: spread, replicas: 4 })],
        comesTo: [`Deployment/${app} Progressing=Unknown DeploymentResumed`],
      },
    ],
  },
  'more replicas than nodes that take them': {
    steps: [
      {
        apply: (place) => [deployed(place, { replicas: 4, pod: spread }), budget(place, { minAvailable: 3 })],
        comesTo: [
          `Deployment/${app} availableReplicas=3`,
          `Deployment/${app} unavailableReplicas=1`,
          'PodDisruptionBudget/budget currentHealthy=3',
        ],
      },
    ],
  },
  'a roll-out whose new pods find no node': {
    steps: [
      { apply: (place) => [deployed(place, { pod: spread })], comesTo: rolledOut(3) },
      {
        apply: (place) => [
          deployed(place, {
            pod: spread,
            annotations: { changed: 'yes' },
            strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          }),
        ],
        comesTo: [`Deployment/${app} replicas=4`, `Deployment/${app} updatedReplicas=1`],
      },
    ],
  },
  'scaled to more than there are nodes': {
    steps: [
      { apply: (place) => [deployed(place, { pod: spread })], comesTo: rolledOut(3) },
      {
        apply: (place) => [deployed(place, { replicas: 4, pod: spread }), budget(place, { maxUnavailable: 1 })],
        comesTo: [`Deployment/${app} unavailableReplicas=1`, 'PodDisruptionBudget/budget currentHealthy=3'],
      },
    ],
  },
  'a quota that is too small': {
    steps: [
      {
        apply: (place) => [quota(place), deployed(place), budget(place, { minAvailable: '50%' })],
        comesTo: [
          `Deployment/${app} ReplicaFailure=True FailedCreate`,
          `Deployment/${app} availableReplicas=2`,
          'PodDisruptionBudget/budget currentHealthy=2',
        ],
      },
    ],
  },
  'a ServiceAccount that is not there': {
    steps: [
      {
        apply: (place) => [deployed(place, { pod: { serviceAccountName: 'nobody' } })],
        comesTo: [`Deployment/${app} ReplicaFailure=True FailedCreate`],
      },
    ],
  },
  'an autoscaler with live metrics': {
    steps: [
      { apply: (place) => [deployed(place, { pod: measured })], comesTo: rolledOut(3) },
      {
        apply: (place) => [scaler(place)],
        comesTo: ['HorizontalPodAutoscaler/scaler ScalingActive=True ValidMetricFound'],
      },
    ],
  },
  'an autoscaler with live metrics that wants more than there are': {
    steps: [
      { apply: (place) => [deployed(place, { pod: measured, replicas: 1 })], comesTo: rolledOut(1) },
      {
        apply: (place) => [scaler(place)],
        comesTo: [
          `Deployment/${app} availableReplicas=3`,
          'HorizontalPodAutoscaler/scaler ScalingActive=True ValidMetricFound',
        ],
      },
    ],
  },
  'an autoscaler of a share of a request that nobody makes': {
    steps: [
      sound,
      {
        apply: (place) => [scaler(place)],
        comesTo: ['HorizontalPodAutoscaler/scaler ScalingActive=False FailedGetResourceMetric'],
      },
    ],
  },
  'an autoscaler of nothing': {
    steps: [
      {
        apply: (place) => [scaler(place, 'nothing')],
        comesTo: ['HorizontalPodAutoscaler/scaler AbleToScale=False FailedGetScale'],
      },
    ],
  },
  'an autoscaler of a Deployment scaled to 0': {
    steps: [
      { apply: (place) => [deployed(place, { replicas: 0 })], comesTo: rolledOut(0) },
      {
        apply: (place) => [scaler(place)],
        comesTo: ['HorizontalPodAutoscaler/scaler ScalingActive=False ScalingDisabled'],
      },
    ],
  },
};
