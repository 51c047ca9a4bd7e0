import { fc, test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { admitsEgress, admitsIngress, type Peer } from '../../../src/core/kubernetes/network-policy.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { labelsMap } from './random-labels.ts';

const home = 'orion';
const peer: fc.Arbitrary<Peer> = fc.record({
  namespace: fc.constantFrom(home, 'monitoring'),
  namespaceLabels: labelsMap,
  podLabels: labelsMap,
});
const podPort = fc.record({ number: fc.integer({ min: 1, max: 65_535 }), name: fc.constantFrom('http', undefined) });

describe('a policy that does not say which way it is for', () => {
  const silent = (spec: object): KubernetesObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'a-policy', namespace: home },
    spec,
  });
  const pod = { namespace: home, labels: {} };

  property.prop([fc.boolean(), fc.boolean(), fc.constantFrom({}, { policyTypes: [] }), peer, podPort])(
    'is for the way in always, and for the way out where it has rules for it',
    (hasIngress, hasEgress, types, other, there) => {
      const closed = [{ ports: [{ protocol: 'UDP' }] }];
      const policies = [
        silent({
          podSelector: {},
          ...types,
          ...(hasIngress && { ingress: closed }),
          ...(hasEgress && { egress: closed }),
        }),
      ];
      expect(admitsIngress(policies, pod, other, there).admitted).toBe('no');
      expect(admitsEgress(policies, pod, other, there).admitted).toBe(hasEgress ? 'no' : 'yes');
    },
  );

  /** "This field is optional. If it is not specified, it defaults to an empty selector." A file has what was written, without defaults. */
  property.prop([labelsMap, peer, podPort])('nor which pods selects all', (labels, other, there) => {
    for (const spec of [{}, { podSelector: null }])
      expect(admitsIngress([silent(spec)], { namespace: home, labels }, other, there).admitted).toBe('no');
  });
});
