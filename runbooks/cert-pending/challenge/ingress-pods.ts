import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { ingressNamespace } from '../view.ts';

/** Where its pods come from, and by which labels, is what a policy goes by. */
export const ingressPods = {
  at: 'list',
  kind: kinds.Pod,
  namespace: ingressNamespace,
  labels: 'app.kubernetes.io/component=controller',
} as const;
