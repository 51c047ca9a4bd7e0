import { askChoice } from '../ask.ts';
import { clusterOf } from '../settings-of.ts';
import { earlierText, givenText, type Step } from '../state.ts';
import { prerequisiteNote, settleCluster } from './cluster.ts';

/** kubectl, access, rights and the four components, on the cluster of the first environment. */
export const prerequisitesStep: Step = {
  name: 'prerequisites',
  title: 'Prerequisites',
  next: (journey) => {
    const [first] = journey.wants.environments;
    if (first === undefined) return undefined;
    const turn = settleCluster(journey, first, 'prerequisites');
    if (turn !== undefined) return turn;

    const cluster = clusterOf(journey, first);
    if (cluster === undefined || cluster.ingressClasses.length < 2) return undefined;
    if (givenText(journey, 'ingress-class') !== undefined) return undefined;
    return askChoice({
      id: 'ingress-class',
      step: 'prerequisites',
      title: 'Which ingress class shall serve the hosts?',
      why: 'The Ingress and the HTTP-01 solver must name the class whose controller your DNS records lead to; with the wrong one the CA never sees the answer.',
      notes: cluster.prerequisites.map(prerequisiteNote),
      choices: cluster.ingressClasses.map(({ name, isDefault, facts }) => ({
        value: name,
        title: name,
        note: `controller in ${facts.namespace}${isDefault ? ', default class' : ''}`,
      })),
      default: earlierText(journey, 'ingress-class', undefined),
    });
  },
};
