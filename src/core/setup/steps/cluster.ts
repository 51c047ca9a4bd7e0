import { holdsUp, type Prerequisite } from '../../prerequisites/prerequisite.ts';
import { askChoice } from '../ask.ts';
import { request } from '../effect.ts';
import type { Note, Question, StepName } from '../question.ts';
import type { EnvironmentName } from '../settings.ts';
import { type Ending, earlierText, given, givenText, type Journey, known, type Turn } from '../state.ts';

const contextId = (environment: EnvironmentName): string => `context.${environment}`;
const lookMachine = request('look-machine', 'prerequisites', {});

/** Which cluster an environment lives on, and whether what it needs is there. Undefined once both are settled. */
export function settleCluster(journey: Journey, environment: EnvironmentName, step: StepName): Turn | undefined {
  const machine = known(journey, lookMachine);
  if (machine === undefined) return lookMachine;
  const context = givenText(journey, contextId(environment));
  if (context === undefined) return askContext(journey, environment, step, machine);

  const look = request('look-cluster', step, { context });
  const cluster = known(journey, look);
  if (cluster === undefined) return look;
  const all = [machine.kubectl, ...cluster.prerequisites];
  return all.some(holdsUp) ? settleMissing(journey, environment, step, all) : undefined;
}

function askContext(
  journey: Journey,
  environment: EnvironmentName,
  step: StepName,
  machine: { readonly contexts: readonly string[]; readonly current: string | null },
): Question {
  const contexts = machine.contexts.toSorted((a, b) => Number(b === machine.current) - Number(a === machine.current));
  const only = contexts.length === 1 ? contexts[0] : undefined;
  return askChoice({
    id: contextId(environment),
    step,
    title: `Which cluster is ${environment} on?`,
    why: 'The cluster is remembered by its address, its certificate authority and its uid; on another one nothing will be written. The contexts are those of your kubeconfig.',
    choices: contexts.map((value) => ({
      value,
      title: value,
      ...(value === machine.current ? { note: 'current context' } : {}),
    })),
    // With several nothing is taken for granted: Enter alone must not choose where to write.
    default: earlierText(journey, contextId(environment), only),
  });
}

function settleMissing(
  journey: Journey,
  environment: EnvironmentName,
  step: StepName,
  all: readonly Prerequisite[],
): Question | Ending | undefined {
  const id = `prerequisites.${environment}`;
  const chosen = given(journey, id);
  if (chosen === 'go-on') return undefined;
  const held = all.filter(holdsUp);
  const names = held.map(({ title }) => title).join(', ');
  if (chosen === 'leave') {
    return {
      kind: 'done',
      outcome: 'problem',
      step,
      because: `Prerequisites are not met: ${names}. Nothing was changed.`,
      next: held.flatMap(({ commands }) => commands),
    };
  }
  return askChoice({
    id,
    step,
    title: `Not met yet: ${names}.`,
    why: 'Set-up applies objects that these components define and act on; without them the API server refuses the objects, or nobody acts on them.',
    notes: all.map(prerequisiteNote),
    choices: [
      { value: 'look-again', title: 'Look again', note: 'after the commands below were run', detour: 'look-again' },
      { value: 'leave', title: 'Leave', note: 'everything answered is kept' },
      { value: 'go-on', title: 'Go on without', note: 'what depends on them will fail' },
    ],
    default: 'leave',
    passing: true,
  });
}

const levels: Readonly<Record<Prerequisite['state'], Note['level']>> = {
  fine: 'good',
  'unknown-version': 'look',
  insecure: 'look',
  'cannot-look': 'look',
  old: 'bad',
  missing: 'bad',
  broken: 'bad',
};

export function prerequisiteNote(one: Prerequisite): Note {
  const held = one.state !== 'fine' && one.commands.length > 0;
  const owner = held ? ` Usually owned by: ${one.owner}.` : '';
  return {
    level: levels[one.state],
    text: [`${one.title}: ${one.because}${owner}`, ...(one.notices ?? []).map(({ text }) => text)].join(' '),
    ...(held ? { lines: one.commands } : {}),
  };
}
