import { kinds } from '../kubernetes/kinds.ts';
import type { AlertmanagerAddress, Look, OutsideLook } from '../look.ts';
import { configSecretOf } from '../prometheus/address.ts';
import { type Right, rightTo } from './right.ts';

/** The right that a look needs. A Secret and whatever is asked for by name is asked for by that name alone. */
export function rightOfLook(look: Exclude<Look, OutsideLook>): Right {
  switch (look.at) {
    case 'get':
      return rightTo('get', look.kind, look);
    case 'list':
      return rightTo('list', look.kind, look.namespace === undefined ? {} : { namespace: look.namespace });
    case 'evict':
      return inside('create', 'pods/eviction', look.namespace);
    // As a dry run, but the API server asks for the right to the real thing.
    case 'manifests':
      return rightTo('patch', look.of === 'certificates' ? kinds.Certificate : kinds.Deployment, {
        namespace: look.namespace,
      });
    case 'scrape-pool':
    case 'scrape-pools':
    case 'prometheus-runtime':
    case 'prometheus-query':
    case 'alertmanagers':
      return byServiceProxy(look.prometheus);
    case 'alert-routes':
    case 'held-alerts':
      return byServiceProxy(look.alertmanager);
    case 'metrics-page':
      return inside('get', 'pods/proxy', look.namespace);
    case 'log-lines':
      return inside('get', 'pods/log', look.namespace);
    case 'access':
      return { verb: 'create', group: 'authorization.k8s.io', resource: 'subjectaccessreviews' };
    case 'scrape-jobs':
      return rightTo('get', kinds.Secret, {
        namespace: look.namespace,
        name: configSecretOf({ name: look.prometheus }),
      });
  }
}

const inside = (verb: string, resource: string, namespace: string): Right => ({ verb, group: '', resource, namespace });

const byServiceProxy = ({ namespace, scheme, service, port }: AlertmanagerAddress): Right => ({
  ...inside('get', 'services/proxy', namespace),
  name: `${scheme}:${service}:${port}`,
});
