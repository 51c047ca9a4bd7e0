import type { ActiveKey } from '../keys.ts';
import { wordsOf } from '../parts/typed-consent.ts';
import type { Act, ActState } from './act.ts';

const scrolling: readonly ActiveKey[] = ['scroll', 'page'];

/** The keys that work on the screen shown. */
export function actKeys<Content>(
  act: Pick<Act<Content, never>, 'rows' | 'onward'>,
  state: ActState<Content>,
): readonly ActiveKey[] {
  if (state.help) return ['back', ...scrolling, 'quit', 'help'];
  const moving: readonly ActiveKey[] =
    act.rows(state.content, state.phase).length > 0 ? ['choose', 'unfold', 'page'] : scrolling;
  switch (state.phase) {
    case 'working':
      return ['back', 'quit', 'help'];
    case 'choosing':
      return ['choose', { key: 'enter', says: 'look at it' }, 'page', 'back', 'quit', 'help'];
    case 'asking':
      return askingKeys(state, moving);
    case 'doing':
      return [{ key: 'leave', says: state.stopping ? 'leave at once' : 'stop' }, ...moving, 'help'];
    case 'ended':
      return [...act.onward(state.content).map(({ key }) => key), ...moving, 'back', 'quit', 'help'];
    case 'stopped':
      return ['back', ...scrolling, 'quit', 'help'];
  }
}

/** Where a word has to be typed, letters are letters: only esc and Ctrl-C leave. */
function askingKeys<Content>({ asking }: ActState<Content>, moving: readonly ActiveKey[]): readonly ActiveKey[] {
  const back: ActiveKey = { key: 'back', says: 'back' };
  const enter: ActiveKey = { key: 'enter', says: asking.says };
  return wordsOf(asking.wanted) === undefined ? [enter, back, ...moving, 'help'] : [back, enter, ...moving];
}
