import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import type { PromView } from '../view.ts';

export const servicemonitorCrdMissing: Cause<PromView> = {
  code: 'servicemonitor-crd-missing',
  title: 'This cluster does not know the kind ServiceMonitor',
  severity: 'error',
  owner: 'platform',
  explains: ['servicemonitor-missing'],
  look(view) {
    if (view.isKindServed) return clear();
    return found({
      object: {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        name: 'servicemonitors.monitoring.coreos.com',
      },
      because:
        'The API server does not serve ServiceMonitor of monitoring.coreos.com/v1: its CustomResourceDefinition is not installed, so nothing of that kind can be applied.',
      confidence: 'confirmed',
      evidence: [
        {
          from: 'GET /apis/monitoring.coreos.com/v1/…/servicemonitors',
          saw: '404',
          wanted: 'a list, even an empty one',
        },
      ],
      remedies: [
        byHand({
          id: 'install-prometheus-operator',
          title: 'Install prometheus-operator with its CustomResourceDefinitions',
          risk: 'high',
          commands: ['kubectl get crd servicemonitors.monitoring.coreos.com', 'orion-setup prerequisites'],
        }),
      ],
    });
  },
};
