import type { KubernetesObject } from '../kubernetes/object.ts';
import { type EnvironmentName, namespaces, type Settings } from '../setup/settings.ts';
import { generatedSecret } from './generated-secret.ts';
import type { Hash } from './hash.ts';
import { build } from './kustomize.ts';
import { overlayOf } from './overlay.ts';
import type { SecretValues } from './secrets-env.ts';
import { sharedBase } from './shared-base.ts';

/**
 * Every object of one environment, in the order to apply them. `base` is the shipped one (shipped-base.ts). Without `secrets` there is
 * no Secret, and the Deployment refers to one without suffix: good for looking, not for applying. The values appear in the Secret's
 * `data` and nowhere else.
 */
export function renderEnvironment(
  base: readonly KubernetesObject[],
  settings: Settings,
  environment: EnvironmentName,
  secrets: SecretValues | undefined,
  hash: Hash,
): readonly KubernetesObject[] {
  const secret = secrets === undefined ? undefined : generatedSecret(secrets, namespaces[environment], hash);
  return inApplyOrder(build(sharedBase(base, settings), overlayOf(base, settings, environment), secret));
}

/** The two ClusterIssuers alone: set-up applies them before anything else. */
export function renderIssuers(base: readonly KubernetesObject[], settings: Settings): readonly KubernetesObject[] {
  return sharedBase(base, settings).filter(({ kind }) => kind === 'ClusterIssuer');
}

/** What others refer to comes first: no pod starts before its Secret and its policies, no Ingress before its certificate is asked for. */
const order = [
  'Namespace',
  'ClusterIssuer',
  'Secret',
  'ConfigMap',
  'NetworkPolicy',
  'Service',
  'Certificate',
  'PodDisruptionBudget',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
  'ServiceMonitor',
  'PodMonitor',
  'PrometheusRule',
];

/** Kinds that are not in the list come last. Within a kind the order given stays. */
export function inApplyOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const place = ({ kind }: KubernetesObject): number => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return objects.toSorted((a, b) => place(a) - place(b));
}
