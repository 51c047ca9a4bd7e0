import { Box, useWindowSize } from 'ink';
import type { HistoryEntry } from '../../../core/report/history-report.ts';
import { ChoiceList } from '../parts/choice-list.tsx';
import { Frame } from '../parts/frame.tsx';
import { HelpPage } from '../parts/help-page.tsx';
import { Marked } from '../parts/marked.tsx';
import { roomOf } from '../parts/measure.ts';
import { wallTime, when } from '../parts/moments.ts';
import { Prose } from '../parts/prose.tsx';
import type { Measured } from '../parts/scroll.ts';
import { EntryView } from './entry-view.tsx';
import { type HistoryState, historyKeys } from './history-program.ts';
import { markOf, stateWords } from './states.ts';

type Props = {
  readonly state: HistoryState;
  readonly now: Date;
  readonly onMeasured: (measured: Measured) => void;
};

const about =
  'What this tool changed from this machine: when, by whom, on which cluster, what proved it, and whether it can be taken back. Offline, until something is taken back.';

/** The list of changes, or one of them. Draws only. */
export function HistoryView({ state, now, onMeasured }: Props) {
  const { columns } = useWindowSize();
  const { help, open, items, choice } = state;
  const room = roomOf(columns);
  return (
    <Frame
      place={undefined}
      corner={wallTime(now)}
      keys={historyKeys(state)}
      scroll={state.scroll}
      onMeasured={onMeasured}
    >
      {help ? (
        <HelpPage keys={historyKeys({ ...state, help: false })} about={about} />
      ) : open ? (
        <EntryView entry={open} state={state} now={now} room={room} />
      ) : (
        <Box flexDirection="column" rowGap={1}>
          <Prose bold>{items.length === 0 ? 'Nothing was changed by this tool on this machine.' : 'History'}</Prose>
          <ChoiceList
            rows={items.map((item) => ({
              id: item.id,
              title: item.title,
              ...(room === 'narrow' ? {} : { aside: when(new Date(item.at), now) }),
              below: <Below item={item} />,
            }))}
            selected={choice.selected}
          />
        </Box>
      )}
    </Frame>
  );
}

function Below({ item }: { readonly item: HistoryEntry }) {
  return (
    <Marked mark={markOf[item.state]}>
      <Prose dimColor>
        {item.namespace}, {item.context}, by {item.by}. {stateWords[item.state]}
        {item.canBeTakenBack ? ' Can be taken back.' : ''}
      </Prose>
    </Marked>
  );
}
