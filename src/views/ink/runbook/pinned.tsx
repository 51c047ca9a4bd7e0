import { ConsentLine, whyTyped } from '../parts/consent-line.tsx';
import { Prose } from '../parts/prose.tsx';
import { mayTakeBack } from '../undo/ways-view.tsx';
import { wordsFor } from './on-key.ts';
import { pageOf, type RunbookState } from './state.ts';

/** What stays in view whatever is scrolled: the word to type, and what a key just did. */
export function Pinned({ state }: { readonly state: RunbookState }) {
  const page = pageOf(state);
  const isAsking = page.at === 'before' || (page.at === 'before-undo' && mayTakeBack(page.ways));
  return (
    <>
      {isAsking && <Ask state={state} />}
      {state.notice !== '' && <Prose>{state.notice}</Prose>}
    </>
  );
}

function Ask({ state }: { readonly state: RunbookState }) {
  const page = pageOf(state);
  if (page.at !== 'before' && page.at !== 'before-undo') return null;
  const words = wordsFor(state, page);
  if (words === undefined) return null;
  const { field, problem } = page;
  return <ConsentLine why={whyTyped(state.facts.ground.environment)} words={words} field={field} problem={problem} />;
}
