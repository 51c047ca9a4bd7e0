import type { LastChange } from './diagnosis.ts';
import type { KubernetesObject, ManagedFields } from './kubernetes/object.ts';
import { shortName } from './kubernetes/object.ts';
import type { Snapshot } from './snapshot.ts';

/** Writers that act by themselves; what they changed is no news. */
const controllers =
  /^(cert-manager-.*|kube-controller-manager|kube-scheduler|kubelet|kwok|nginx-ingress-controller|PrometheusOperator|prometheus-operator|controller|control-plane|cpbundle|cloud-controller-manager)$/;

/** The latest changes by people, pipelines and GitOps to what this run looked at, newest first, five at the most. */
export function lastChanges(snapshot: Snapshot): readonly LastChange[] {
  return objectsIn(snapshot)
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

function objectsIn({ seen }: Snapshot): readonly KubernetesObject[] {
  const found = new Map<string, KubernetesObject>();
  for (const answer of Object.values(seen)) {
    if (!answer.ok) continue;
    for (const item of Array.isArray(answer.value) ? answer.value : [answer.value]) {
      const object = item as Partial<KubernetesObject> | null;
      if (object?.kind && object.kind !== 'Event' && object.metadata?.uid)
        found.set(object.metadata.uid, object as KubernetesObject);
    }
  }
  return [...found.values()];
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
