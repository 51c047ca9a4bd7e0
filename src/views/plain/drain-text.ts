import type { DrainEvent } from '../../core/procedures/drain-event.ts';
import { type DrainPlan, hasLocalData, longName } from '../../core/procedures/drain-plan.ts';

/** What is about to be done, before anybody is asked. */
export function drainProposal({ node, evict, stays, scope, readyBefore, wanted }: DrainPlan): string {
  const { name } = node.metadata;
  return [
    `Drain ${name} for a trial: no new pods come to it, ${evict.length} ${evict.length === 1 ? 'pod is' : 'pods are'} evicted one after the other, then it takes pods again.`,
    ...evict.map((pod) => `  evict ${longName(pod)}${hasLocalData(pod) ? ' (its emptyDir goes with it)' : ''}`),
    ...stays.map(({ pod, because }) => `  leave ${longName(pod)}, ${because}`),
    ...(scope === 'own-pods' ? [`  Other pods on ${name} are left alone.`] : []),
    `${readyBefore} pods of the service are ready; below ${wanted} all is stopped at once.`,
    'Risk medium. Evictions cannot be taken back: the pods are made again elsewhere. The node is uncordoned at the end, on Ctrl-C, or by the next start of any command on this cluster.',
    '',
  ].join('\n');
}

export function drainLine(event: DrainEvent): string {
  switch (event.event) {
    // Many a second: lines say it at the end.
    case 'watched':
      return '';
    case 'cordoned':
      return `${event.node} takes no new pods.\n`;
    case 'evicted':
      return `Evicted ${event.pod}; waiting for its replacement.\n`;
    case 'held':
      return `${event.pod} is held by its budget: ${event.because} Asking again.\n`;
    case 'replaced':
      return `Replaced after ${event.seconds} s.\n`;
    case 'stopped':
      return `Stopped: ${event.because}.\n`;
    case 'uncordoned':
      return `${event.node} takes pods again (uncordoned).\n`;
    case 'still-cordoned':
      return `${event.node} could not be uncordoned: ${event.because}. The next start of orion-setup on this cluster does it; by hand: kubectl uncordon ${event.node}\n`;
  }
}
