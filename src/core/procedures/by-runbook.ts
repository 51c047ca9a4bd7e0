import type { Diagnosis, Runbook } from '../diagnosis.ts';
import type { Check } from './check.ts';

/** What a runbook says of it, as one check: what it decides is not decided a second time. */
export function byRunbook(
  diagnosis: Diagnosis | undefined,
  id: string,
  title: string,
  runbook: Runbook['name'],
): readonly Check[] {
  return diagnosis ? [checkOf(diagnosis, { id, title }, runbook)] : [];
}

function checkOf(
  { outcome, findings, unrecognised, waiting, coverage }: Diagnosis,
  title: Pick<Check, 'id' | 'title'>,
  runbook: Runbook['name'],
): Check {
  const base = { ...title, expected: 'the runbook finds nothing', object: null, path: null, needs: null };
  const roots = findings.filter(({ root }) => root);
  switch (outcome) {
    case 'healthy':
      return { ...base, state: 'passed', saw: 'nothing is wrong', runbook: null };
    case 'waiting':
      return { ...base, state: 'waiting', saw: waiting?.for ?? 'not done yet', runbook };
    case 'problem': {
      const saw = roots.map(({ code, because }) => `${because} [${code}]`).join(' ');
      return { ...base, state: 'failed', saw: saw || (unrecognised?.quote ?? 'broken'), runbook };
    }
    case 'incomplete': {
      const [first] = coverage.notLooked;
      const saw = first ? `${first.what}: ${first.because}` : 'something that matters could not be looked at';
      return { ...base, state: 'not-looked', saw, needs: first?.needs ?? null, runbook };
    }
  }
}
