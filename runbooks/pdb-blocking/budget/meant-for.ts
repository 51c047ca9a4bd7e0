import { textMapAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';

/** Labels that name one application; those that a whole product shares say nothing. */
const naming = ['app', 'app.kubernetes.io/name', 'k8s-app'];
const endings = ['', '-pdb', '-budget', '-disruption-budget', '-poddisruptionbudget'];

/** Whether a budget looks as if it were made for this Deployment: by its name, or by a value in its selector that names the application. */
export function isMeantFor(budget: KubernetesObject, deployment: KubernetesObject): boolean {
  const { name } = deployment.metadata;
  if (endings.some((ending) => budget.metadata.name === `${name}${ending}`)) return true;
  if (budget.metadata.name === `pdb-${name}`) return true;
  const labels = textMapAt(deployment, 'spec.template.metadata.labels');
  const names = [name, ...naming.flatMap((key) => labels[key] ?? [])];
  return Object.values(textMapAt(budget, 'spec.selector.matchLabels')).some((value) => names.includes(value));
}
