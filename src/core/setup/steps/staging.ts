import type { Step } from '../state.ts';
import { bringUp } from './environment.ts';

export const stagingStep: Step = {
  name: 'staging',
  title: 'Staging',
  next: (journey) => (journey.wants.environments.includes('staging') ? bringUp(journey, 'staging', []) : undefined),
};
