import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { isPaused } from '../../../src/core/prometheus/operator.ts';
import type { PromView } from '../view.ts';
import { isLeftOut } from './left-out.ts';

export const prometheusPaused: Cause<PromView> = {
  code: 'prometheus-paused',
  title: 'The Prometheus object is paused: the operator leaves it as it is',
  severity: 'error',
  owner: 'platform',
  explains: [],
  look(view) {
    const prometheus = view.meant();
    if (!view.monitor || !prometheus || !isPaused(prometheus)) return clear();
    if (!isLeftOut(view)) return clear();
    const { name, namespace } = prometheus.metadata;
    return found({
      object: refTo(prometheus),
      because: `Prometheus ${name} has spec.paused: true, so the operator writes no new configuration, and ${view.monitor.metadata.name} is not in the old one.`,
      confidence: 'confirmed',
      // Reconciled=True is written all the same (seen).
      evidence: [saw(prometheus, 'spec.paused', 'false'), saw(prometheus, 'status.paused')],
      remedies: [
        byHand({
          id: 'resume-prometheus',
          title: 'Ask who paused it, then let the operator go on',
          risk: 'low',
          commands: [`kubectl -n ${namespace} patch prometheus ${name} --type merge -p '{"spec":{"paused":false}}'`],
        }),
      ],
    });
  },
};
