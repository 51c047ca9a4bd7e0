import { kinds } from '../../src/core/kubernetes/kinds.ts';
import type { ClusterLook } from '../../src/core/look.ts';
import type { Places } from '../../src/core/rights/places.ts';
import { anyName } from '../../src/core/rights/right.ts';
import type { Write } from '../../src/core/rights/write.ts';

/** The second round tries evictions. RBAC knows no right to only try: who may ask whether a pod may go, may let it go. */
export const mayAsk = ({ namespace }: Places): readonly ClusterLook[] => [
  { at: 'evict', namespace, name: anyName, uid: '' },
];

/** Every change of its remedies. */
export const mayChange = ({ namespace }: Places): readonly Write[] => [
  { do: 'patch', kind: kinds.Deployment, namespace, name: 'auth-service' },
  { do: 'patch', kind: kinds.HorizontalPodAutoscaler, namespace, name: 'auth-service-hpa' },
  { do: 'patch', kind: kinds.PodDisruptionBudget, namespace, name: 'auth-service-pdb' },
];
