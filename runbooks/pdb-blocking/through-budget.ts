import type { Through } from '../../src/core/diagnosis.ts';
import { covers } from '../../src/core/kubernetes/eviction.ts';
import { textMapAt } from '../../src/core/kubernetes/field.ts';
import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';

/** Whoever is refused an eviction knows the budget's name: it leads to the Deployments whose pods it selects, be there pods or not. */
export const throughBudget: Through = {
  kind: kinds.PodDisruptionBudget,
  short: 'pdb',
  leadsTo: (budget, deployments) => deployments.filter((deployment) => covers(budget, podOf(deployment))),
};

/** A pod as the Deployment would make it. */
const podOf = (deployment: KubernetesObject): KubernetesObject => ({
  apiVersion: kinds.Pod.apiVersion,
  kind: kinds.Pod.kind,
  metadata: {
    name: deployment.metadata.name,
    namespace: deployment.metadata.namespace ?? '',
    labels: textMapAt(deployment, 'spec.template.metadata.labels'),
  },
});
