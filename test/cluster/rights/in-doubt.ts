import { type AtomicRule, told } from './printed-roles.ts';

/** Asked of a sound environment only where a doubt leads there; each is held by a scenario in test/runbooks. */
const inDoubt = [
  'get pods/log in monitoring',
  'get ingresses.networking.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'get customresourcedefinitions.apiextensions.k8s.io',
  'in cert-manager',
  'get configmaps',
  'list endpointslices.discovery.k8s.io in ingress-nginx',
  'list limitranges',
  'scrapeconfigs.monitoring.coreos.com',
  'list networkpolicies.networking.k8s.io in monitoring',
  'list networkpolicies.networking.k8s.io in ingress-nginx',
  'get leases.coordination.k8s.io',
  'create subjectaccessreviews',
];

export const isInDoubt = (rule: AtomicRule): boolean => inDoubt.some((words) => told(rule).includes(words));
