import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { isUp, looksAfter, operatorsIn, scopeOf } from '../../../src/core/prometheus/operator.ts';
import type { PromView } from '../view.ts';
import { isLeftOut } from './left-out.ts';
import { isDown } from './prometheus-down.ts';

export const multipleOperators: Cause<PromView> = {
  code: 'multiple-operators',
  title: 'Two prometheus-operators look after the same Prometheus',
  severity: 'error',
  owner: 'platform',
  explains: ['prometheus-down', 'operator-down-or-blind', 'sm-change-missed'],
  look(view) {
    const prometheus = view.meant();
    if (!view.monitor || !prometheus || view.isDiscovered()) return clear();
    // One that undoes the other's work is a fault only where the work is seen undone.
    if (!isDown(view) && !isLeftOut(view)) return clear();
    const own = operatorsIn(view.sight.list(kinds.Deployment)).filter(
      (one) => isUp(one) && looksAfter(scopeOf(one), prometheus),
    );
    const [first, second] = own;
    if (!first || !second) return clear();
    const named = own.map(({ metadata }) => `${metadata.name} in ${metadata.namespace}`).join(' and ');
    return found({
      object: refTo(second),
      because: `${named} both look after Prometheus ${prometheus.metadata.name}: each writes over what the other wrote.`,
      confidence: 'confirmed',
      evidence: own.flatMap((one) => [
        saw(one, 'status.readyReplicas'),
        saw(one, 'spec.template.spec.containers.0.image'),
      ]),
      remedies: [
        byHand({
          id: 'separate-operators',
          title: 'Decide which one stays; give the other its own namespaces or take it away',
          risk: 'high',
          commands: [
            'kubectl get deployments -A -o wide | grep prometheus-operator',
            `kubectl -n ${prometheus.metadata.namespace} get statefulset prometheus-${prometheus.metadata.name} -w`,
          ],
        }),
      ],
    });
  },
};
