import { askText } from '../ask.ts';
import { request } from '../effect.ts';
import type { Note } from '../question.ts';
import { clusterOf } from '../settings-of.ts';
import { earlierText, givenText, type Journey, known, type Step } from '../state.ts';
import { bad, good } from '../validate/checked.ts';
import { checkNamespace } from '../validate/names.ts';
import { prerequisiteNote, settleCluster } from './cluster.ts';

/** Where production lives, what this installation is called, and where its manifests go. */
export const profileStep: Step = {
  name: 'profile',
  title: 'Profile',
  next: (journey) => {
    for (const environment of journey.wants.environments.slice(1)) {
      const turn = settleCluster(journey, environment, 'profile');
      if (turn !== undefined) return turn;
    }
    const name = givenText(journey, 'profile');
    if (name === undefined) {
      return askText({
        id: 'profile',
        step: 'profile',
        title: 'What shall this installation be called?',
        why: 'A profile remembers contexts, domain and folder, and pins the clusters. One installation, one profile; no secret is in it.',
        notes: clusterNotes(journey),
        default: earlierText(journey, 'profile', 'default'),
        check: checkNamespace,
      });
    }
    if (givenText(journey, 'tree') === undefined) {
      return askText({
        id: 'tree',
        step: 'profile',
        title: 'Into which folder shall the manifests be written?',
        why: 'They are plain kustomize and yours: commit them, edit them, apply them without this tool. secrets.env in it is kept out of git.',
        default: earlierText(journey, 'tree', './k8s'),
        check: (typed) => (typed.trim() === '' ? bad('Type a folder, for example ./k8s.') : good(typed.trim())),
      });
    }
    const keep = request('keep-profile', 'profile', { name });
    return known(journey, keep) === undefined ? keep : undefined;
  },
};

function clusterNotes(journey: Journey): readonly Note[] {
  return journey.wants.environments.flatMap((environment, place) => {
    const cluster = clusterOf(journey, environment);
    if (cluster === undefined) return [];
    const { server, uid } = cluster.identity;
    const pinned: Note = {
      level: uid === null ? 'look' : 'good',
      text:
        uid === null
          ? `${environment}: ${server}, pinned by address and CA only, as kube-system may not be read; production will not be written so.`
          : `${environment}: ${server}, pinned`,
    };
    // What is fine was said when it was looked at.
    const open = place === 0 ? cluster.prerequisites.filter(({ state }) => state !== 'fine') : [];
    return [pinned, ...open.map(prerequisiteNote)];
  });
}
