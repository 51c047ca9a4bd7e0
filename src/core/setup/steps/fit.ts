import { askChoice } from '../ask.ts';
import { request } from '../effect.ts';
import type { FitFinding } from '../fit/finding.ts';
import type { Note } from '../question.ts';
import { given, known, type Step } from '../state.ts';

const levels: Readonly<Record<FitFinding['level'], Note['level']>> = {
  stops: 'bad',
  look: 'look',
  unknown: 'look',
  fine: 'good',
};

export const fitNote = ({ level, text, change }: FitFinding): Note => ({
  level: levels[level],
  text,
  ...(change === null ? {} : { lines: [change] }),
});

/** "Will it work here?" Looked at before the first write (issuers); here it is answered. */
export const fitStep: Step = {
  name: 'fit',
  title: 'Will it work here?',
  next: (journey) => {
    const all = journey.wants.environments.flatMap(
      (environment) => known(journey, request('look-fit', 'issuers', { environment })) ?? [],
    );
    const findings = all.filter((one, place) => all.findIndex(({ text }) => text === one.text) === place);
    if (findings.every(({ level }) => level === 'fine')) return undefined;
    const stops = findings.filter(({ level }) => level === 'stops');
    const chosen = given(journey, 'fit');
    if (chosen === 'go-on') return undefined;
    if (chosen === 'leave') {
      const because =
        stops.length > 0
          ? `It will not work here: ${stops.map(({ text }) => text).join(' ')}`
          : 'Left before staging was applied.';
      return {
        kind: 'done',
        outcome: stops.length > 0 ? 'problem' : 'waiting',
        step: 'fit',
        because,
        next: stops.flatMap((one) => one.change ?? []),
      };
    }
    return askChoice({
      id: 'fit',
      step: 'fit',
      title: stops.length > 0 ? 'As it is, it will not work here.' : 'It should work here; some things want a look.',
      why: 'What was rendered was held against this cluster: nodes, quota, Pod Security, ingress, Prometheus. Each line says what to change where.',
      notes: findings.map(fitNote),
      choices: [
        { value: 'go-on', title: stops.length > 0 ? 'Go on all the same' : 'Go on' },
        {
          value: 'issuers',
          title: 'Look again',
          note: 'after changing the manifests or the cluster',
          detour: 'issuers',
        },
        { value: 'leave', title: 'Leave' },
      ],
      default: stops.length > 0 ? 'leave' : 'go-on',
      passing: true,
    });
  },
};
