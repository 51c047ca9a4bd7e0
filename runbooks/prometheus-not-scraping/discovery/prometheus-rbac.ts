import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { PromView } from '../view.ts';
import { deniedTo, grant, reviews } from './rights.ts';
import { poolEvidence } from './service-label-mismatch.ts';

export const prometheusRbac: Cause<PromView> = {
  code: 'prometheus-rbac',
  title: 'Prometheus may not see Services and pods in this namespace',
  severity: 'error',
  owner: 'security',
  explains: ['endpointslice-rbac'],
  look(view) {
    const denied = deniedTo(view);
    if (!denied) return clear();
    const basic = denied.resources.filter((resource) => !resource.startsWith('endpointslices'));
    if (basic.length === 0) return clear(`${denied.user} may list Services and pods in ${denied.namespace}`);
    return found({
      object: refTo(denied.prometheus),
      because: `Prometheus ${denied.prometheus.metadata.name} runs as ${denied.user}, which may not list ${basic.join(', ')} in ${denied.namespace}.`,
      confidence: 'confirmed',
      evidence: [...reviews(denied), ...poolEvidence(view)],
      remedies: [grant(denied)],
    });
  },
};
