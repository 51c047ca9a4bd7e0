import { clockLine } from '../../core/clock-offset.ts';
import { otherRunLine } from '../../core/other-run.ts';
import type { SetupReport } from '../../core/report/setup-report.ts';
import { request } from '../../core/setup/effect.ts';
import type { SetupEvent } from '../../core/setup/event.ts';
import { clusterOf } from '../../core/setup/settings-of.ts';
import type { Journey } from '../../core/setup/state.ts';
import { known } from '../../core/setup/state.ts';
import { prerequisiteNote } from '../../core/setup/steps/cluster.ts';
import { steps } from '../../core/setup/steps/index.ts';
import { noteLines } from './ask.ts';

/** One event in a line or some; nothing for what a person need not hear. */
export function setupLine(event: SetupEvent): string {
  switch (event.event) {
    case 'step-reached':
      return `\n${steps.find(({ name }) => name === event.step)?.title ?? event.step}\n`;
    case 'answer-taken':
      return [`  ${event.title} ${event.shown}`, ...event.remarks.map((remark) => `  Note: ${remark}`), ''].join('\n');
    case 'cut-off-found':
    case 'other-run-found':
      return `  ${otherRunLine(event)}\n`;
    case 'clock-off-found':
      return `  ${clockLine(event.aheadMs)}\n`;
    case 'tree-written':
      return `  Written to ${event.folder}: ${event.files.join(', ')}\n`;
    case 'change-sent':
      return event.ok ? `  Applied ${event.object}\n` : `  Refused: ${event.object}: ${event.detail}\n`;
    case 'waiting-changed':
      return event.reasons.map((reason) => `  Waiting. ${reason}\n`).join('');
    case 'work-ended':
      return workLines(event.what, event.journey);
    case 'verifying':
    case 'work-started':
    case 'setup-ended':
      return '';
  }
}

function workLines(what: string, journey: Journey): string {
  if (what === 'look-cluster') {
    const [first] = journey.wants.environments;
    const cluster = first && clusterOf(journey, first);
    return (cluster?.prerequisites ?? [])
      .flatMap((one) => noteLines(prerequisiteNote(one)))
      .map((line) => `  ${line}\n`)
      .join('');
  }
  if (what !== 'verify') return '';
  const environment = journey.wants.environments.findLast((name) =>
    known(journey, request('verify', name, { environment: name })),
  );
  const facts = environment && known(journey, request('verify', environment, { environment }));
  const words = { passed: 'Good', failed: 'Problem', 'not-looked': 'Not looked at' } as const;
  return (facts?.checks ?? []).map(({ title, state, detail }) => `  ${words[state]}: ${title}: ${detail}\n`).join('');
}

/** How it ended, for standard output. */
export function setupEnd(report: SetupReport): string {
  const environments = Object.entries(report.environments).flatMap(([name, one]) => {
    if (one === undefined) return [];
    const stands = one.verified ? 'verified' : one.applied ? 'applied, not verified' : 'not applied';
    const gate = one.gate?.state === 'passed' ? `, gate passed ${one.gate.at}` : '';
    return `${name}: ${stands}${gate}${one.host === '' ? '' : ` (https://${one.host})`}`;
  });
  const next = report.next.length === 0 ? [] : ['Next:', ...report.next.map((line) => `  ${line}`)];
  return [
    report.because,
    ...environments,
    ...report.coverage.notLooked.map(({ what, because }) => `Not looked at: ${what}: ${because}`),
    ...next,
    '',
  ].join('\n');
}
