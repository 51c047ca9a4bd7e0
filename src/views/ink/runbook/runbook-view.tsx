import { useWindowSize } from 'ink';
import { Frame, type Place } from '../parts/frame.tsx';
import { HelpPage } from '../parts/help-page.tsx';
import { wallTime } from '../parts/moments.ts';
import type { Measured } from '../parts/scroll.ts';
import { activeKeys } from './active-keys.ts';
import { PageView } from './page-view.tsx';
import { Pinned } from './pinned.tsx';
import { pageOf, type RunbookState } from './state.ts';

type Props = {
  readonly state: RunbookState;
  readonly now: Date;
  readonly onMeasured: (measured: Measured) => void;
};

/** The runbook's screen as it stands. Draws only; decides nothing. */
export function RunbookView({ state, now, onMeasured }: Props) {
  const { columns, rows } = useWindowSize();
  const keys = activeKeys(state);
  const pinned = state.help ? undefined : <Pinned state={state} />;
  return (
    <Frame
      place={placeOf(state)}
      corner={wallTime(now)}
      keys={keys}
      scroll={state.scroll}
      onMeasured={onMeasured}
      pinned={pinned}
    >
      {state.help ? (
        <HelpPage keys={activeKeys({ ...state, help: false })} about={aboutPage(state)} />
      ) : (
        <PageView state={state} now={now} columns={columns} rows={rows} />
      )}
    </Frame>
  );
}

function placeOf({ facts }: RunbookState): Place {
  const { describes, ground, mayMend, isPractice } = facts;
  return {
    environment: isPractice ? 'practice' : (ground.environment ?? (mayMend ? 'unnamed' : 'evidence')),
    namespace: describes.namespace,
    cluster: describes.context,
    pinned: describes.profile !== null,
  };
}

const about: Readonly<Partial<Record<ReturnType<typeof pageOf>['at'], string>>> = {
  looking:
    'Everything that may be the cause is looked at, in the cluster and from this machine. Nothing is changed by it.',
  verdict:
    'What is wrong, since when, and what helps. Nothing is changed before you have seen the change and agreed to it.',
  before: 'What would be changed, as the server answered to a dry run of it. Nothing has been changed yet.',
  doing: 'The change was sent; now the same looks are repeated until the cause is gone.',
};

const aboutPage = (state: RunbookState): string => about[pageOf(state).at] ?? 'The keys that work here:';
