import { byHand } from '../../../src/core/by-hand.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { userOf } from '../../../src/core/prometheus/address.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { rightsOf, searchedFirst } from '../looks.ts';
import type { PromView } from '../view.ts';
import { doubts } from './doubt.ts';

export type Denied = {
  readonly prometheus: KubernetesObject;
  readonly user: string;
  readonly namespace: string;
  /** As RBAC calls them: `endpoints`, `endpointslices.discovery.k8s.io`. */
  readonly resources: readonly string[];
};

/** What the Prometheus that is meant may not list; undefined where it has no target for another reason, or has some. */
export function deniedTo(view: PromView): Denied | undefined {
  const prometheus = view.meant();
  if (doubts(view).length === 0 || !prometheus || !view.monitor) return undefined;
  const namespace = searchedFirst(view, view.monitor, prometheus);
  const resources = rightsOf(prometheus, namespace).flatMap((right) =>
    view.sight.must(right) ? [] : [right.group === '' ? right.resource : `${right.resource}.${right.group}`],
  );
  return { prometheus, user: userOf(prometheus), namespace, resources };
}

/** A Role where the Services are, bound to the account: for whoever owns rights. */
export function grant({ prometheus, namespace }: Denied): Remedy {
  const home = prometheus.metadata.namespace ?? '';
  const account = textAt(prometheus, 'spec.serviceAccountName') ?? 'default';
  return byHand({
    id: 'grant-discovery',
    title: `Let ${account} of ${home} list Services, endpoints and pods in ${namespace}`,
    risk: 'medium',
    commands: [
      `kubectl -n ${namespace} create role prometheus-discovery --verb=get,list,watch --resource=services,endpoints,pods,endpointslices.discovery.k8s.io`,
      `kubectl -n ${namespace} create rolebinding prometheus-discovery --role=prometheus-discovery --serviceaccount=${home}:${account}`,
    ],
  });
}

export const reviews = ({ user, namespace, resources }: Denied) =>
  resources.map((resource) => ({
    from: 'SubjectAccessReview',
    saw: `${user} may not list ${resource} in ${namespace}`,
    wanted: 'allowed',
  }));
