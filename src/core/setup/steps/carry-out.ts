import { askChoice, askConsent } from '../ask.ts';
import { type Part, type PlanFacts, request, type WaitFacts } from '../effect.ts';
import type { Note, Question, StepName } from '../question.ts';
import { type Ending, given, type Journey, known, type Turn } from '../state.ts';

type Work = {
  readonly part: Part;
  readonly step: StepName;
  /** As it stands in a sentence: "the ClusterIssuers". */
  readonly title: string;
  /** What has to be typed before the change; empty where Enter is enough. */
  readonly names: readonly string[];
  readonly notes: readonly Note[];
};

/** Planned, shown, agreed to, applied, waited for. Undefined once it stands; with nothing to change nothing is asked and nothing sent. */
export function carryOut(journey: Journey, work: Work): Turn | undefined {
  const { part, step } = work;
  const planning = request('plan', step, { part });
  const plan = known(journey, planning);
  if (plan === undefined) return planning;
  if (plan.blocked.length > 0) {
    const because = `${work.title} cannot be applied: ${plan.blocked.map((one) => `${one.object}: ${one.because}`).join(' ')}`;
    return stopOr(journey, step, `${part}.blocked`, because, 'problem', []);
  }
  return agree(journey, work, plan) ?? send(journey, work, plan) ?? wait(journey, work);
}

function agree(journey: Journey, work: Work, plan: PlanFacts): Turn | undefined {
  const { part, step, names } = work;
  if (plan.takeovers.length > 0) {
    const id = `${part}.take-over`;
    if (given(journey, id) === false) return saidNo(step, work);
    if (given(journey, id) === undefined) return askTakeOver(id, work, plan);
  }
  if (plan.changes.length === 0) return undefined;
  const id = `${part}.go`;
  const consent = given(journey, id);
  if (consent === true) return undefined;
  if (consent === false) return saidNo(step, work);
  const count = plan.changes.length === 1 ? 'one object' : `${plan.changes.length} objects`;
  return askConsent({
    id,
    step,
    title:
      names.length > 0
        ? `This changes ${count} for ${work.title}. Type ${names.join(' ')} to do it.`
        : `Apply ${work.title}: ${count}?`,
    why: 'This is what the server itself answered to a dry run. Each change is noted before it is sent, so that it can be gone on with or taken back after any interruption.',
    notes: [...work.notes, ...planNotes(plan)],
    consent: { risk: 'low', names },
  });
}

function planNotes(plan: PlanFacts): readonly Note[] {
  const changes = plan.changes.map(
    ({ object, action, diff }): Note => ({
      level: 'plain',
      text: `${action === 'create' ? 'New' : 'Changed'}: ${object}`,
      lines: diff.split('\n'),
    }),
  );
  const rest: readonly Note[] =
    plan.unchanged > 0 ? [{ level: 'good', text: `${plan.unchanged} already as they should be` }] : [];
  return [...changes, ...rest, ...plan.remarks.map((text): Note => ({ level: 'look', text }))];
}

function askTakeOver(id: string, work: Work, plan: PlanFacts): Question {
  return askConsent({
    id,
    step: work.step,
    title: 'Some fields were set by hand with kubectl. Take them over?',
    why: 'The manifests say something about these fields too. Taken over, they are as in the manifests; otherwise nothing is applied.',
    notes: plan.takeovers.map(({ object, manager, field }) => ({
      level: 'look',
      text: `${object} ${field}, set by ${manager}`,
    })),
    consent: { risk: 'low', names: work.names },
  });
}

function send(journey: Journey, work: Work, plan: PlanFacts): Turn | undefined {
  if (plan.changes.length === 0) return undefined;
  const applying = request('apply', work.step, { part: work.part, takeOver: plan.takeovers.length > 0 });
  const applied = known(journey, applying);
  if (applied === undefined) return applying;
  if (applied.outcome === 'applied') return undefined;
  const because = `Applying stopped: ${applied.because ?? 'no reason given'} Applied: ${listed(applied.applied)}. Not applied: ${listed(applied.notApplied)}.`;
  return stopOr(journey, work.step, `${work.part}.stopped`, because, 'problem', []);
}

function wait(journey: Journey, work: Work): Turn | undefined {
  const waiting = request('wait-ready', work.step, { part: work.part });
  const facts = known(journey, waiting);
  if (facts === undefined) return waiting;
  if (facts.outcome === 'ready') return undefined;
  return stopOr(journey, work.step, `${work.part}.not-ready`, facts.because, facts.outcome, nextOf(facts, work.part));
}

function nextOf(facts: WaitFacts, part: Part): readonly string[] {
  const environment = part === 'issuers' ? '' : ` --namespace ${part === 'staging' ? 'orion-staging' : 'orion-prod'}`;
  const explains = facts.rootCauses.map((code) => `orion-setup explain ${code}`);
  return [`orion-setup runbook cert-pending${environment}`, ...explains, 'orion-setup setup'];
}

/** Something holds it up: look again, or leave with everything kept. */
export function stopOr(
  journey: Journey,
  step: StepName,
  id: string,
  because: string,
  outcome: Ending['outcome'],
  next: readonly string[],
): Question | Ending {
  if (given(journey, id) === 'leave') return { kind: 'done', outcome, step, because, next };
  return askChoice({
    id,
    step,
    title: because,
    why: 'Everything answered and applied is kept: set-up goes on from here, now or another time.',
    notes: next.map((command) => ({ level: 'plain', text: 'Next:', lines: [command] })),
    choices: [
      { value: 'look-again', title: 'Look again', detour: 'look-again' },
      { value: 'leave', title: 'Leave' },
    ],
    default: 'leave',
    passing: true,
  });
}

function saidNo(step: StepName, work: Work): Ending {
  return {
    kind: 'done',
    outcome: 'operator-said-no',
    step,
    because: `You said no: ${work.title} were not changed.`,
    next: ['orion-setup setup'],
  };
}

const listed = (items: readonly string[]): string => (items.length === 0 ? 'nothing' : items.join(', '));
