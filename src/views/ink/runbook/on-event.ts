import { targetOf } from '../../../core/change.ts';
import type { Diagnosis } from '../../../core/diagnosis.ts';
import { shortName } from '../../../core/kubernetes/object.ts';
import { following } from '../parts/scroll.ts';
import { emptyField } from '../parts/text-field.ts';
import { chainOf } from './chain-of.ts';
import type { MendEvent } from './props.ts';
import type { Mending, MendStep, RunbookEvent, RunbookState } from './state.ts';
import { close, isAt, open, replace, startAt, stay, type Turn } from './turn-page.ts';

/** What happened outside, and what it makes of the screens. */
export function onEvent(state: RunbookState, event: RunbookEvent): Turn {
  switch (event.event) {
    case 'looked':
      return stay({
        ...state,
        looks: [...state.looks, { name: event.name, ok: event.ok }],
        scroll: isAt(state, 'looking') ? following(state.scroll) : state.scroll,
      });
    case 'diagnosed':
      return diagnosed(state, event.diagnosis);
    case 'mend':
      return onMendEvent(state, event.of, event.at);
    case 'mended':
      return mended(state, event.mended.diagnosis);
    case 'ways-back':
      if (!isAt(state, 'looking-back')) return stay(state);
      return stay(
        replace(state, { at: 'before-undo', id: event.id, ways: event.ways, field: emptyField, problem: '' }),
      );
    case 'taken-back':
      return stay(startAt({ ...state, takenBack: event.done }, { at: 'undone', done: event.done }));
    case 'next-turn':
      return stay(isAt(state, 'verdict') ? open(state, { at: 'others', turn: event.turn }) : state);
    case 'saved':
      return stay({ ...state, notice: `Evidence kept in ${event.path}` });
    case 'reported':
      return stay(isAt(state, 'after') ? open(state, { at: 'report', text: event.text }) : state);
    case 'report-kept':
      return stay({ ...state, notice: `Report kept in ${event.path}` });
    case 'failed':
      return stay(startAt(state, { at: 'stopped', message: event.message, next: event.next }));
  }
}

/** A look that was asked for opens the verdict; one that came by itself only renews it. */
function diagnosed(state: RunbookState, diagnosis: Diagnosis): Turn {
  const renewed = { ...state, diagnosis };
  const next = isAt(state, 'looking') ? startAt(renewed, { at: 'verdict' }) : renewed;
  return { state: next, does: diagnosis.outcome === 'waiting' ? [{ do: 'look-later' }] : [] };
}

function onMendEvent(state: RunbookState, event: MendEvent, at: number): Turn {
  const { mending } = state;
  switch (event.event) {
    case 'proposed': {
      const { proposal } = event;
      // The operator went back while the server was still being asked.
      if (!isAt(state, 'trying')) return { state, does: [{ do: 'consent', yes: false }] };
      if (!state.diagnosis) return stay(state);
      const begun: Mending = {
        proposal,
        before: state.diagnosis,
        begunAt: at,
        steps: [],
        until: undefined,
        remediation: null,
      };
      const refused = proposal.dryRun.some(({ sent }) => !sent.ok);
      const page = refused
        ? ({ at: 'refused', proposal } as const)
        : ({ at: 'before', proposal, field: emptyField, problem: '' } as const);
      return stay(replace({ ...state, mending: begun }, page));
    }
    case 'change-sent': {
      if (!mending) return stay(state);
      // Durations count from the change, not from the question before it.
      const begunAt = mending.steps.length === 0 ? at : mending.begunAt;
      const { change, sent } = event;
      const text = `${change.do} ${shortName(targetOf(change))}${sent.ok ? '' : `: ${sent.detail}`}`;
      const step: MendStep = { text, ok: sent.ok, after: at - begunAt };
      return stay({ ...state, mending: { ...mending, begunAt, steps: [...mending.steps, step] } });
    }
    case 'looked-again': {
      if (!mending) return stay(state);
      const { diagnosis, until } = event;
      const steps = [...mending.steps, ...newlyDone(state.diagnosis, diagnosis, at - mending.begunAt)];
      return stay({ ...state, diagnosis, mending: { ...mending, steps, until } });
    }
    case 'ended':
      return mending ? stay({ ...state, mending: { ...mending, remediation: event.remediation } }) : stay(state);
  }
}

/** Links of the chain that were not done at the last look and are now. */
function newlyDone(before: Diagnosis | undefined, after: Diagnosis, since: number): readonly MendStep[] {
  const was = before && chainOf(before)?.links;
  const is = chainOf(after)?.links ?? [];
  return is
    .filter((link) => link.mark === 'good' && was?.find(({ name }) => name === link.name)?.mark !== 'good')
    .map(({ name, says }) => ({ text: `${name} ${says}`, ok: true, after: since }))
    .toReversed();
}

/** A mending that nobody watches any more, or that was never agreed to, changes only what is known. */
function mended(state: RunbookState, diagnosis: Diagnosis): Turn {
  if (isAt(state, 'doing')) return stay(startAt({ ...state, diagnosis }, { at: 'after' }));
  if (isAt(state, 'trying')) return stay(close(state));
  return stay(state);
}
