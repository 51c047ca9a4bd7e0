import type { LastChange } from './diagnosis.ts';
import type { KubernetesObject, ManagedFields } from './kubernetes/object.ts';
import { shortName } from './kubernetes/object.ts';

/** Writers that act by themselves; what they changed is no news. */
export const controllers =
  /^(cert-manager-.*|kube-controller-manager|kube-scheduler|kubelet|kwok|nginx-ingress-controller|PrometheusOperator|prometheus-operator|controller|control-plane|cpbundle|cloud-controller-manager)$/;

/** The latest changes by people, pipelines and GitOps to these objects, newest first, five at the most. */
export function lastChanges(objects: readonly KubernetesObject[]): readonly LastChange[] {
  return objects
    .flatMap((object) =>
      (object.metadata.managedFields ?? [])
        .filter(({ manager, subresource, time }) => manager && !subresource && time && !controllers.test(manager))
        .map((fields) => ({
          object: shortName({ kind: object.kind, name: object.metadata.name }),
          by: fields.manager ?? '',
          at: new Date(fields.time ?? 0),
          what: whatChanged(fields),
        })),
    )
    .toSorted((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, 5);
}

/** The fields that a manager holds, two steps deep: `spec.tls, metadata.annotations`. */
function whatChanged({ fieldsV1 }: ManagedFields): string {
  const names = (fields: unknown): readonly [string, unknown][] =>
    fields !== null && typeof fields === 'object'
      ? Object.entries(fields).flatMap(([key, inner]) =>
          key.startsWith('f:') ? [[key.slice(2), inner] as [string, unknown]] : [],
        )
      : [];
  const paths = names(fieldsV1).flatMap(([outer, inner]) => {
    const inners = names(inner);
    return inners.length === 0 ? [outer] : inners.map(([name]) => `${outer}.${name}`);
  });
  return paths.length > 4 ? `${paths.slice(0, 4).join(', ')} …` : paths.join(', ');
}
