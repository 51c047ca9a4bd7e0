import { otherRunLine } from '../../../core/other-run.ts';
import type { DeployReport } from '../../../core/report/deploy-report.ts';
import type { DeployEvent } from '../../../core/setup/event.ts';
import type { Act, Onward, Phase } from '../act/act.ts';
import { type ObjectRow, rowsOf } from './object-rows.ts';

export type Shown = Pick<DeployReport, 'changes' | 'unchanged' | 'takeovers' | 'blocked' | 'leftovers' | 'remarks'>;

/** What diff, deploy and rollback tell. That the clock is off stands above every page, as what would stand on standard error. */
export type DeployTold =
  | Exclude<DeployEvent, { event: 'clock-off-found' }>
  | { readonly event: 'proposed'; readonly heading: string; readonly shown: Shown; readonly prune: boolean }
  | { readonly event: 'reported'; readonly report: DeployReport };

export type DeployContent = {
  readonly heading: string;
  readonly rows: readonly ObjectRow[];
  readonly shown: Shown | undefined;
  readonly otherRuns: readonly string[];
  readonly sent: readonly {
    readonly do: string;
    readonly object: string;
    readonly ok: boolean;
    readonly detail: string;
  }[];
  readonly step: 'sending' | 'waiting' | 'verifying';
  readonly reasons: readonly string[];
  /** When it was begun to do what is done now, in milliseconds. */
  readonly since: number;
  readonly report: DeployReport | undefined;
};

const nothing: DeployContent = {
  heading: '',
  rows: [],
  shown: undefined,
  otherRuns: [],
  sent: [],
  step: 'sending',
  reasons: [],
  since: 0,
  report: undefined,
};

function told(content: DeployContent, event: DeployTold, at: number): DeployContent {
  switch (event.event) {
    case 'proposed': {
      const { heading, shown, prune } = event;
      return { ...nothing, otherRuns: content.otherRuns, heading, shown, rows: rowsOf(shown, prune), since: at };
    }
    case 'cut-off-found':
    case 'other-run-found':
      return { ...content, otherRuns: [...content.otherRuns, otherRunLine(event)] };
    case 'change-sent': {
      const { object, ok, detail } = event;
      return { ...content, sent: [...content.sent, { do: event.do, object, ok, detail }] };
    }
    case 'waiting-changed':
      return content.step === 'waiting'
        ? { ...content, reasons: event.reasons }
        : { ...content, step: 'waiting', reasons: event.reasons, since: at };
    case 'verifying':
      return { ...content, step: 'verifying', reasons: [], since: at };
    case 'reported':
      return { ...content, report: event.report };
  }
}

/** Up to so many lines of differences in all are shown at once. */
const mostOpen = 24;

const about: Readonly<Record<DeployReport['action'], string>> = {
  diff: 'What deploy would change, by the answer of the server to a dry run. Nothing is changed by looking.',
  deploy:
    'What the manifests change, by the answer of the server to a dry run. After your word it is applied in order, waited for, verified and remembered; at the first refusal it stops and says so.',
  rollback:
    'What going back changes, by the answer of the server to a dry run. After your word it is applied, waited for and verified. The manifests on this machine stay as they are.',
};

type DeployActProps = {
  readonly action: DeployReport['action'];
  readonly title: string;
  readonly run: Act<DeployContent, DeployTold>['run'];
};

export const deployAct = ({ action, title, run }: DeployActProps): Act<DeployContent, DeployTold> => ({
  title,
  about: about[action],
  initial: nothing,
  told,
  rows: ({ rows }: DeployContent, phase: Phase) => (isListed(action, phase) ? rows.map(({ object }) => object) : []),
  beginsOpen: ({ rows }) => rows.reduce((sum, { lines }) => sum + lines.length, 0) <= mostOpen,
  // A look that is cut off leaves nothing in doubt.
  isSending: ({ step, report }) => step === 'sending' && report === undefined,
  onward: (content) => onwardOf(action, content),
  run,
});

/** Whether the differences are what the screen is about. */
export const isListed = (action: DeployReport['action'] | undefined, phase: Phase): boolean =>
  phase === 'asking' || (phase === 'ended' && action === 'diff');

function onwardOf(action: DeployReport['action'], { report }: DeployContent): readonly Onward[] {
  if (action === 'diff' && report?.outcome === 'different' && report.changes.length + report.leftovers.length > 0)
    return [{ key: { key: 'enter', says: 'go on to deploy' }, to: 'deploy' }];
  if (action === 'deploy' && report && report.outcome !== 'healthy' && report.undoId !== null)
    return [{ key: 'roll-back', to: 'rollback' }];
  return [];
}
