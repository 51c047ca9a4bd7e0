import type { Diagnosis } from '../../diagnosis.ts';
import type { Judgement, PointSight, RunbookName } from '../point.ts';

/** A point that is a whole runbook: its outcome is the point's. */
export const byRunbook =
  (name: RunbookName) =>
  (sight: PointSight): Judgement => {
    const { target } = sight.sight;
    const diagnosis = sight.diagnosis(name);
    const { outcome, impact, unrecognised, waiting } = diagnosis;
    switch (outcome) {
      case 'healthy':
        return { state: 'passed', saw: impact };
      case 'waiting':
        return { state: 'waiting', saw: waiting ? `waiting for ${waiting.for}` : impact };
      case 'incomplete':
        return { state: 'not-looked', saw: couldNot(diagnosis), notLooked: diagnosis.coverage.notLooked };
      case 'problem':
        return {
          state: 'failed',
          saw: unrecognised ? unrecognised.quote : impact,
          object: unrecognised?.object ?? diagnosis.findings[0]?.object ?? target,
        };
    }
  };

function couldNot({ coverage }: Diagnosis): string {
  const [first] = coverage.notLooked;
  return first ? `could not look: ${first.what} (${first.because})` : 'could not look';
}
