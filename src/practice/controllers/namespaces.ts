import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { type Controller, idle, joined, type Write } from './turn.ts';

const by = 'kube-controller-manager';

/** What a new namespace gets by itself: its default ServiceAccount and the cluster's certificate authority. */
export const namespaces: Controller = {
  name: by,
  reconcile: (view) =>
    joined(
      view.of(kinds.Namespace).map((namespace) => {
        if (!view.isStirred(namespace) || namespace.metadata.deletionTimestamp !== undefined) return idle;
        const inside = namespace.metadata.name;
        const account: KubernetesObject = {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'default', namespace: inside },
        };
        const authority: KubernetesObject = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'kube-root-ca.crt', namespace: inside },
          data: { 'ca.crt': '' },
        };
        const writes: Write[] = [];
        if (!view.get(kinds.ServiceAccount, inside, 'default')) writes.push({ do: 'create', object: account, by });
        if (!view.get(kinds.ConfigMap, inside, 'kube-root-ca.crt'))
          writes.push({ do: 'create', object: authority, by });
        return { writes };
      }),
    ),
};
