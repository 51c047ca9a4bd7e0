import { condition, numberAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Sight } from '../../../src/core/sight.ts';

/** Where cert-manager's own chart and manifests put it. */
export const controllerNamespace = 'cert-manager';
export const webhookName = 'cert-manager-webhook';
export const certificateDefinition = 'certificates.cert-manager.io';

/** cert-manager's controller, or undefined where it is installed somewhere else. Throws where that may not be seen. */
export function controllerOf(sight: Sight): KubernetesObject | undefined {
  const deployments = sight.list(kinds.Deployment, controllerNamespace);
  return (
    deployments.find(
      ({ metadata: { labels } }) =>
        labels?.['app.kubernetes.io/name'] === 'cert-manager' && labels['app.kubernetes.io/component'] === 'controller',
    ) ?? deployments.find(({ metadata }) => metadata.name === 'cert-manager')
  );
}

export const isDown = (deployment: KubernetesObject): boolean =>
  (numberAt(deployment, 'status.availableReplicas') ?? 0) === 0;

/** Why nothing of it runs, as its Deployment says. */
export function whyDown(deployment: KubernetesObject): string {
  const wanted = numberAt(deployment, 'spec.replicas') ?? 1;
  if (wanted === 0) return 'it is scaled to 0';
  const failure = condition(deployment, 'ReplicaFailure') ?? condition(deployment, 'Progressing');
  const said =
    failure && failure.status === (failure.type === 'ReplicaFailure' ? 'True' : 'False') ? `: ${failure.message}` : '';
  return `none of its ${wanted} ${wanted === 1 ? 'pod' : 'pods'} is available${said}`;
}

/** The release of something of cert-manager's, as `1.21`: by its label, else by the tag of its image. */
export function releaseOf(object: KubernetesObject): string | undefined {
  const label = object.metadata.labels?.['app.kubernetes.io/version'];
  const image = textAt(object, 'spec.template.spec.containers.0.image');
  return /^v?(\d+\.\d+)\./.exec(label ?? image?.slice(image.lastIndexOf(':') + 1) ?? '')?.[1];
}
