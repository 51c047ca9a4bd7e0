import { consentTo } from '../../../core/consent.ts';
import type { ActiveKey } from '../keys.ts';
import { mayTakeBack, riskOfUndo } from '../undo/ways-view.tsx';
import { isDoable, leadFinding, offersOf, pageOf, type RunbookState } from './state.ts';

const scrolling: readonly ActiveKey[] = ['scroll', 'page'];
const always: readonly ActiveKey[] = ['help'];

/** The keys that work on the screen shown. */
export function activeKeys(state: RunbookState): readonly ActiveKey[] {
  if (state.help) return ['back', ...scrolling, 'quit', ...always];
  const page = pageOf(state);
  switch (page.at) {
    case 'looking':
      return ['quit', ...always];
    case 'verdict':
      return verdictKeys(state);
    case 'evidence':
    case 'ruled-out':
      return ['back', ...scrolling, 'save', 'quit', ...always];
    case 'report':
      return ['copy', { key: 'save', says: 'save as a file' }, 'back', ...scrolling, 'quit', ...always];
    case 'message':
    case 'by-hand':
      return ['copy', 'back', ...scrolling, 'quit', ...always];
    case 'others':
      return page.turn.whose === 'others'
        ? [{ key: 'enter', says: 'let it happen' }, 'back', ...scrolling, ...always]
        : ['back', ...scrolling, 'quit', ...always];
    case 'trying':
    case 'looking-back':
      return ['back', ...always];
    case 'before':
      return beforeKeys(state, page.proposal.remedy.risk, 'do it');
    case 'before-undo':
      return mayTakeBack(page.ways)
        ? beforeKeys(state, riskOfUndo(page.ways), 'take it back')
        : ['back', ...scrolling, ...always];
    case 'refused':
      return ['back', 'by-hand', ...scrolling, 'quit', ...always];
    case 'doing':
      return [{ key: 'quit', says: 'leave, it goes on by itself' }, ...scrolling, ...always];
    case 'after':
      return afterKeys(state);
    case 'undoing':
      return always;
    case 'undone':
      return ['look', ...scrolling, 'quit', ...always];
    case 'stopped':
      return [...(state.diagnosis ? (['back'] as const) : []), 'look', ...scrolling, 'quit', ...always];
  }
}

function verdictKeys(state: RunbookState): readonly ActiveKey[] {
  const offers = offersOf(state.diagnosis);
  const chosen = offers[state.choice.selected];
  const choosing: readonly ActiveKey[] = chosen
    ? [{ key: 'enter', says: isDoable(state, chosen.remedy) ? 'look at the change' : 'show how' }, 'choose', 'page']
    : scrolling;
  const isIncomplete = state.diagnosis?.outcome === 'incomplete';
  return [
    ...choosing,
    ...(state.facts.hasOthers ? (['others'] as const) : []),
    'evidence',
    'ruled-out',
    ...(leadFinding(state.diagnosis) || isIncomplete ? (['message'] as const) : []),
    ...(chosen ? (['by-hand'] as const) : []),
    'save',
    'look',
    'quit',
    ...always,
  ];
}

/** Where a word has to be typed, letters are letters: only esc and Ctrl-C leave. */
function beforeKeys(state: RunbookState, risk: 'none' | 'low' | 'medium' | 'high', says: string): readonly ActiveKey[] {
  const consent = consentTo(risk, state.facts.ground);
  const back: ActiveKey = { key: 'back', says: 'back, nothing is changed' };
  return consent.by === 'typing'
    ? [back, { key: 'enter', says }, ...scrolling]
    : [{ key: 'enter', says }, back, 'by-hand', ...scrolling, ...always];
}

function afterKeys(state: RunbookState): readonly ActiveKey[] {
  const remediation = state.mending?.remediation;
  const mayUndo = state.facts.mayUndo && remediation?.applied === true && remediation.undoId !== null;
  const next: ActiveKey = {
    key: 'enter',
    says: state.diagnosis?.outcome === 'problem' ? 'what is left' : 'the whole picture',
  };
  return [next, ...(mayUndo ? (['take-back'] as const) : []), 'report', 'look', ...scrolling, 'quit', ...always];
}
