import { askList } from '../ask.ts';
import type { Note, Question } from '../question.ts';
import { type MonitoringPart, monitoringParts } from '../settings.ts';
import { clusterOf } from '../settings-of.ts';
import { earlierList, givenList, type Journey } from '../state.ts';
import { bad, type Checked, good } from '../validate/checked.ts';

const holds: Readonly<Record<MonitoringPart, string>> = {
  alerts: 'alerts: errors, latency, restarts, memory, and the end of the certificate',
  dashboard: 'dashboard: the same for Grafana, as a ConfigMap that its sidecar finds',
  'cert-manager':
    "cert-manager: a PodMonitor for cert-manager's own metrics; without them the end of a certificate is not known",
};

/** What watches the service comes along, unless somebody else brings it. */
export function settleMonitoring(journey: Journey): Question | undefined {
  if (givenList(journey, 'monitoring') !== undefined) return undefined;
  const [first] = journey.wants.environments;
  const seen = first && clusterOf(journey, first)?.monitoring;
  const leftOut = seen?.leftOut ?? [];
  return askList({
    id: 'monitoring',
    step: 'domain',
    title: 'What shall watch the service?',
    why: 'The objects are applied with the others and stand in your tree. What is left out here can be added by running set-up again.',
    notes: monitoringParts.map((part): Note => {
      const missing = leftOut.find((one) => one.part === part);
      return missing
        ? { level: 'look', text: `${holds[part]} (left out: ${missing.because})` }
        : { level: 'plain', text: holds[part] };
    }),
    default: earlierList(journey, 'monitoring', seen?.parts ?? monitoringParts),
    check: checkMonitoring,
  });
}

export function checkMonitoring(item: string): Checked {
  const text = item.trim().toLowerCase();
  const found = monitoringParts.find((part) => part === text);
  return found ? good(found) : bad(`"${item.slice(0, 40)}" is none of ${monitoringParts.join(', ')}.`);
}
