import type { RunbookState } from './state.ts';

/** What state things are in, in one line, for whoever left. What was not done is said as plainly as what was. */
export function summaryOf(state: RunbookState): string {
  const { diagnosis, facts } = state;
  const about = diagnosis
    ? `${diagnosis.snapshot.target.name} in ${facts.describes.namespace}: ${stateWords(state)}`
    : `${facts.title}: not looked at to the end.`;
  return `${about} ${changeWords(state)}`;
}

function stateWords({ diagnosis }: RunbookState): string {
  if (!diagnosis) return '';
  const roots = diagnosis.findings.filter(({ root }) => root);
  switch (diagnosis.outcome) {
    case 'healthy':
      return 'healthy.';
    case 'waiting':
      return `waiting for ${diagnosis.waiting?.for ?? 'what is under way'}.`;
    case 'incomplete':
      return 'incomplete: something that matters could not be looked at.';
    case 'problem':
      return roots.length > 0
        ? `problem: ${roots.map(({ title, code }) => `${title} [${code}]`).join('; ')}.`
        : 'problem, of a kind that this tool does not know.';
  }
}

function changeWords({ mending, takenBack, facts }: RunbookState): string {
  const remediation = mending?.remediation;
  const sent = mending?.steps.some(({ ok }) => ok) ?? false;
  if (takenBack.length > 0)
    return takenBack.every(({ ok }) => ok) ? 'The change was taken back.' : 'Taking the change back did not end well.';
  if (!remediation)
    return sent
      ? `A change was made and is not proved yet${facts.isPractice ? '.' : ': orion-setup history'}`
      : 'Nothing was changed.';
  if (!remediation.applied) return 'Nothing was changed.';
  if (remediation.undoId === null)
    return remediation.verified ? 'Proved; nothing of it stays.' : 'It did not go well; nothing of it stays.';
  const undo = facts.isPractice ? '' : ` Take it back: orion-setup undo ${remediation.undoId}`;
  return `${remediation.verified ? 'Mended and proved.' : 'Changed, but not proved.'}${undo}`;
}
