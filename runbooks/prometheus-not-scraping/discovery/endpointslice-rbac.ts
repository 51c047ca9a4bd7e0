import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { PromView } from '../view.ts';
import { deniedTo, grant, reviews } from './rights.ts';
import { poolEvidence } from './service-label-mismatch.ts';

export const endpointsliceRbac: Cause<PromView> = {
  code: 'endpointslice-rbac',
  title: 'Prometheus discovers by EndpointSlices, which it may not see',
  severity: 'error',
  owner: 'security',
  explains: [],
  look(view) {
    const denied = deniedTo(view);
    if (!denied?.resources.some((resource) => resource.startsWith('endpointslices'))) return clear();
    return found({
      object: refTo(denied.prometheus),
      because: `Prometheus ${denied.prometheus.metadata.name} discovers by EndpointSlices (serviceDiscoveryRole), and ${denied.user} may not list them in ${denied.namespace}.`,
      confidence: 'confirmed',
      evidence: [saw(denied.prometheus, 'spec.serviceDiscoveryRole'), ...reviews(denied), ...poolEvidence(view)],
      remedies: [grant(denied)],
    });
  },
};
