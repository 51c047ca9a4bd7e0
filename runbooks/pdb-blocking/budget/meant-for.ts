import { textMapAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** Whether a budget looks as if it were made for this Deployment, by its name or by a value that its selector and the pods share. */
export function isMeantFor(budget: KubernetesObject, deployment: KubernetesObject): boolean {
  const { name } = deployment.metadata;
  const own = budget.metadata.name;
  if (own === name || own === `${name}-pdb` || own === `pdb-${name}` || own.startsWith(`${name}-`)) return true;
  const labels = Object.values(textMapAt(deployment, 'spec.template.metadata.labels'));
  const wanted = Object.values(textMapAt(budget, 'spec.selector.matchLabels'));
  return wanted.some((value) => value === name || (value.length > 3 && labels.includes(value)));
}
