import type { DrainEvent } from '../../../core/procedures/drain-event.ts';
import type { DrainPlan } from '../../../core/procedures/drain-plan.ts';
import type { ProcedureName, TestReport } from '../../../core/report/test-report.ts';
import type { Act, Onward } from '../act/act.ts';

export type Check = TestReport['checks'][number];

/** What a testing procedure tells. */
export type TestTold =
  | DrainEvent
  /** What is known so far: only what has passed is sure to stay. */
  | { readonly event: 'filled'; readonly checks: readonly Check[] }
  | { readonly event: 'proposed'; readonly plan: DrainPlan; readonly unprobed: string | undefined }
  | { readonly event: 'reported'; readonly report: TestReport };

export type DrainStep = { readonly text: string; readonly is: 'good' | 'waiting' | 'broken' };

export type TestContent = {
  readonly checks: readonly Check[];
  readonly plan: DrainPlan | undefined;
  readonly unprobed: string | undefined;
  readonly steps: readonly DrainStep[];
  readonly watched: Extract<DrainEvent, { event: 'watched' }> | undefined;
  readonly report: TestReport | undefined;
};

const nothing: TestContent = {
  checks: [],
  plan: undefined,
  unprobed: undefined,
  steps: [],
  watched: undefined,
  report: undefined,
};

function told(content: TestContent, event: TestTold): TestContent {
  switch (event.event) {
    case 'filled':
      return { ...content, checks: event.checks };
    case 'proposed':
      return { ...content, plan: event.plan, unprobed: event.unprobed };
    case 'reported':
      return { ...content, report: event.report, checks: event.report.checks };
    case 'watched':
      return { ...content, watched: event };
    default:
      return { ...content, steps: withStep(content.steps, stepOf(event)) };
  }
}

/** What is asked again and again stands once. */
const withStep = (steps: readonly DrainStep[], step: DrainStep): readonly DrainStep[] =>
  steps.at(-1)?.text === step.text ? steps : [...steps, step];

function stepOf(event: Exclude<DrainEvent, { event: 'watched' }>): DrainStep {
  switch (event.event) {
    case 'cordoned':
      return { text: `${event.node} takes no new pods`, is: 'good' };
    case 'evicted':
      return { text: `Evicted ${event.pod}; its replacement is waited for`, is: 'waiting' };
    case 'held':
      return { text: `${event.pod} is held by its budget: ${event.because}`, is: 'waiting' };
    case 'replaced':
      return { text: `Replaced after ${event.seconds} s`, is: 'good' };
    case 'stopped':
      return { text: `Stopped: ${event.because}`, is: 'broken' };
    case 'uncordoned':
      return { text: `${event.node} takes pods again`, is: 'good' };
    case 'still-cordoned':
      return {
        text: `${event.node} is still cordoned: ${event.because}. The next start of orion-setup does it; by hand: kubectl uncordon ${event.node}`,
        is: 'broken',
      };
  }
}

const about: Readonly<Record<ProcedureName, string>> = {
  certificate: 'The certificate in its Secret and as it is served, link by link. Nothing is changed.',
  ingress: 'Every address of the host as a client sees it: redirect, headers, TLS versions. Nothing is changed.',
  metrics: 'The targets of Prometheus, and all ten metrics, each with who should provide it. Nothing is changed.',
  pdb: 'An eviction of each pod, tried and not done. For real, one node is drained after a typed word, while clients and readiness are watched.',
};

type TestActProps = {
  readonly name: ProcedureName;
  readonly title: string;
  readonly run: Act<TestContent, TestTold>['run'];
};

export const testAct = ({ name, title, run }: TestActProps): Act<TestContent, TestTold> => ({
  title,
  about: about[name],
  initial: nothing,
  told,
  rows: ({ checks }, phase) => (phase === 'ended' ? checks.map((check) => check.title) : []),
  beginsAt: ({ checks }) => checks.findIndex(({ state }) => state !== 'passed'),
  beginsOpen: () => false,
  // What a kill leaves cordoned is put back, so nothing is in doubt: it is stopped and put back at once.
  isSending: () => false,
  onward: ({ report }) => (report ? onwardOf(report) : []),
  run,
});

function onwardOf({ test, outcome, drain, checks }: TestReport): readonly Onward[] {
  const runbook = checks.find(({ state, runbook: one }) => state !== 'passed' && one !== null)?.runbook;
  return [
    ...(test === 'pdb' && outcome === 'healthy' && drain === undefined
      ? [{ key: { key: 'enter', says: 'drain a node for real' }, to: 'real' } as const]
      : []),
    ...(runbook ? [{ key: 'runbook', to: `runbook ${runbook}` } as const] : []),
  ];
}
