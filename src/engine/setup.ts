import { ExpectedStop } from '../core/failure.ts';
import { shown } from '../core/setup/ask.ts';
import type { Effect } from '../core/setup/effect.ts';
import { answer, back, edit, learn, next } from '../core/setup/journey.ts';
import { answeredBy } from '../core/setup/prefilled.ts';
import type { KeptSecret, Question, Value } from '../core/setup/question.ts';
import { toSaved } from '../core/setup/saved.ts';
import type { Ending, Journey } from '../core/setup/state.ts';
import { treeOf } from './setup/from-journey.ts';
import { missingAnswers } from './setup/missing.ts';
import { performer } from './setup/perform.ts';
import type { Ask, Emit, SetupPorts } from './setup/ports.ts';
import { keepSecret, keptAgain } from './setup/secrets.ts';

/** Set-up, run: asks, does, keeps, until the journey ends. Which face answers, it cannot tell. */
export type SetupRun = {
  readonly start: Journey;
  readonly ports: SetupPorts;
  /** Undefined where nobody can be asked: then defaults hold, and what has none is missing. */
  readonly ask: Ask | undefined;
  readonly emit: Emit;
  /** Consent given beforehand, by --yes and --confirm. */
  readonly consent: { readonly yes: boolean; readonly confirm: readonly string[] };
  /** How long to wait for certificates and pods. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

export async function runSetup(run: SetupRun): Promise<{ readonly journey: Journey; readonly ending: Ending }> {
  const { ports, emit, signal } = run;
  const perform = performer(ports, run.timeoutMs, emit, signal);
  let journey = run.start;
  let step: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const turn = next(journey);
    if (turn.kind === 'done') {
      emit({ event: 'setup-ended', ending: turn, journey });
      return { journey, ending: turn };
    }
    if (turn.step !== step) emit({ event: 'step-reached', step: turn.step, journey });
    step = turn.step;
    if (turn.kind === 'effect') {
      journey = await performed(turn, journey);
      continue;
    }
    const moved = await answered(run, turn, journey);
    if (moved === 'left') {
      const ending: Ending = {
        kind: 'done',
        outcome: 'waiting',
        step: turn.step,
        because: 'Left; everything answered is kept.',
        next: ['orion-setup setup'],
      };
      emit({ event: 'setup-ended', ending, journey });
      return { journey, ending };
    }
    journey = moved;
    await ports.keep(toSaved(journey));
  }

  async function performed(effect: Effect, at: Journey): Promise<Journey> {
    emit({ event: 'work-started', what: effect.name, step: effect.step });
    const result = await perform(effect, at);
    const after = learn(at, effect, result);
    emit({ event: 'work-ended', what: effect.name, step: effect.step, journey: after });
    return after;
  }
}

/** One question brought to an answer: by consent given beforehand, by whoever can be asked, or by its default. */
async function answered(run: SetupRun, question: Question, journey: Journey): Promise<Journey | 'left'> {
  const { emit, ports } = run;
  if (question.consent !== undefined && isConsented(run, question)) {
    emit({ event: 'answer-taken', id: question.id, title: question.title, shown: answeredBy(question), remarks: [] });
    return answer(journey, question, true);
  }
  if (run.ask === undefined) return await unasked(run, question, journey);
  let problem: string | undefined;
  for (;;) {
    const reply = await run.ask(question, problem, journey);
    if (reply.kind === 'leave') return 'left';
    if (reply.kind === 'back') return back(journey);
    if (reply.kind === 'edit') return edit(journey, reply.step);
    if (reply.text === '' && question.default !== undefined) return taken(question, question.default, []);
    const checked = question.check(reply.text);
    if (!checked.ok) {
      problem = checked.problem;
      continue;
    }
    if (question.secret === undefined) return taken(question, checked.value, checked.remarks);
    const kept = await keep(question.secret, reply.text, String(checked.value));
    if (kept !== undefined) return taken(question, kept, []);
    problem = 'There is none to keep: type it.';
  }

  function taken(one: Question, value: Value, remarks: readonly string[]): Journey {
    emit({ event: 'answer-taken', id: one.id, title: one.title, shown: shown(value), remarks });
    return answer(journey, one, value);
  }

  async function keep(
    secret: NonNullable<Question['secret']>,
    typed: string,
    value: string,
  ): Promise<KeptSecret | undefined> {
    const tree = treeOf(ports, journey);
    const which = secret as Parameters<typeof keepSecret>[2];
    const wantsNew = value === 'generate' || (typed === '' && secret.empty === 'generate');
    if (typed === '' && secret.empty === 'keep') return await keptAgain(ports, tree, which);
    return await keepSecret(ports, tree, which, wantsNew ? ports.secrets.generate(which.key) : value);
  }
}

/** --yes for what Enter would do; for what has to be typed, every word of it by --confirm. */
function isConsented({ consent }: SetupRun, { consent: wanted }: Question): boolean {
  return wanted !== undefined && consent.yes && wanted.names.every((name) => consent.confirm.includes(name));
}

async function unasked({ ports, emit }: SetupRun, question: Question, journey: Journey): Promise<Journey> {
  if (question.consent !== undefined) {
    const what = question.notes.flatMap(({ text }) => (/^(New|Changed): /.test(text) ? [text] : []));
    throw new ExpectedStop(
      'refused',
      `Nobody consented to it: ${question.title}${what.length > 0 ? `\n${what.join('\n')}` : ''}`,
      [`With consent: orion-setup setup --no-input ${answeredBy(question)}`],
    );
  }
  if (question.default !== undefined) {
    emit({
      event: 'answer-taken',
      id: question.id,
      title: question.title,
      shown: shown(question.default),
      remarks: [],
    });
    return answer(journey, question, question.default);
  }
  const missing = await missingAnswers(ports, question, journey);
  throw new ExpectedStop(
    'usage',
    `Nobody can be asked, and these answers are missing:\n${missing.map((key) => `  ${key}`).join('\n')}`,
    ['Write them into the answers file: orion-setup setup --answers FILE --no-input'],
  );
}
