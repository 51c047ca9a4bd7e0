import { request } from '../effect.ts';
import type { Note } from '../question.ts';
import { type Journey, known, type Step } from '../state.ts';
import { bringUp } from './environment.ts';

/** Only ever reached with a gate that staging passed, or with a reason to do without. */
export const productionStep: Step = {
  name: 'production',
  title: 'Production',
  next: (journey) => {
    if (!journey.wants.environments.includes('production')) return undefined;
    const turn = bringUp(journey, 'production', gateNotes(journey));
    if (turn !== undefined) return turn;
    const keep = request('keep-gate', 'production', { environment: 'production' });
    return known(journey, keep) === undefined ? keep : undefined;
  },
};

function gateNotes(journey: Journey): readonly Note[] {
  const { overrideGate } = journey.wants;
  if (overrideGate !== undefined) return [{ level: 'bad', text: `Staging's gate is overridden: ${overrideGate}` }];
  const verified = known(journey, request('verify', 'staging', { environment: 'staging' }));
  const unseen = verified?.checks.filter(({ state }) => state === 'not-looked') ?? [];
  const gate =
    known(journey, request('keep-gate', 'gate', { environment: 'staging' })) ??
    known(journey, request('read-gate', 'issuers', {}));
  const passed: Note = { level: 'good', text: `Staging passed${gate?.at ? ` at ${gate.at}` : ''}.` };
  return [
    passed,
    ...unseen.map(
      ({ title, detail }): Note => ({ level: 'look', text: `Not looked at in staging: ${title}: ${detail}` }),
    ),
  ];
}
