import { request } from '../effect.ts';
import { known, type Step } from '../state.ts';

/** What staging passed, kept in the cluster for this very base and image. */
export const gateStep: Step = {
  name: 'gate',
  title: 'Gate',
  next: (journey) => {
    if (!journey.wants.environments.includes('staging')) return undefined;
    const keep = request('keep-gate', 'gate', { environment: 'staging' });
    const gate = known(journey, keep);
    if (gate === undefined) return keep;
    if (gate.state === 'passed' || journey.wants.overrideGate !== undefined) return undefined;
    return {
      kind: 'done',
      outcome: 'incomplete',
      step: 'gate',
      because: `The gate could not be kept: ${gate.because}`,
      next: ['orion-setup setup'],
    };
  },
};
