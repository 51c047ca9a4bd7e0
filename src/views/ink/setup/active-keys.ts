import type { ActiveKey } from '../keys.ts';
import { textOf } from '../parts/text-field.ts';
import { answeredSteps, choicesOf, type SetupState } from './state.ts';

/** The keys that work on the screen shown. */
export function activeKeys(state: SetupState): readonly ActiveKey[] {
  const { page, isPractice } = state;
  const leave: ActiveKey = {
    key: 'leave',
    says: isPractice ? 'leave' : 'leave (kept, go on any time)',
  };
  if (state.help) return ['back', 'scroll', 'page', leave, 'help'];
  switch (page.at) {
    case 'working':
      return ['scroll', 'page', leave];
    case 'steps':
      return ['choose', 'page', { key: 'enter', says: 'answer it again' }, 'back', leave];
    case 'ended':
      return isPractice
        ? [{ key: 'enter', says: 'go on' }, 'scroll', 'page', leave, 'help']
        : [{ key: 'enter', says: 'leave' }, 'scroll', 'page', 'quit', 'help'];
    case 'asking': {
      const isList = choicesOf(page.question).length > 0;
      // In a field with something in it, a question mark is a letter; in a secret, always.
      const mayAskWhy = isList || (page.question.kind !== 'secret' && textOf(page.field) === '');
      const steps: readonly ActiveKey[] = answeredSteps(state).length > 0 ? ['step'] : [];
      return [
        { key: 'enter', says: page.question.kind === 'type-name' ? 'do it' : 'next' },
        isList ? 'choose' : 'scroll',
        'page',
        'back',
        leave,
        ...(mayAskWhy ? [] : (['why'] as const)),
        ...steps,
        ...(mayAskWhy ? [{ key: 'help', says: 'why' } as const] : []),
      ];
    }
  }
}
