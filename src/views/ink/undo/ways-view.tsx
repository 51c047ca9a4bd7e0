import { Box } from 'ink';
import type { Change } from '../../../core/change.ts';
import { ChangeView } from '../parts/change-view.tsx';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { useTheme } from '../theme.ts';

/** What taking one step back would do, judged by the live object. */
export type WayBack =
  | { readonly way: 'open'; readonly n: number; readonly change: Change }
  | { readonly way: 'not-needed' | 'cannot'; readonly n: number; readonly because: string }
  | {
      readonly way: 'changed-since';
      readonly n: number;
      readonly object: string;
      readonly differences: readonly Version[];
    };

type Version = { readonly pointer: string; readonly from: unknown; readonly to: unknown; readonly now: unknown };

/** What others wrote since and would lose is no low risk: the namespace is typed for it. */
export const riskOfUndo = (ways: readonly WayBack[]) => (isContested(ways) ? 'medium' : 'low');

const isContested = (ways: readonly WayBack[]): boolean => ways.some(({ way }) => way === 'changed-since');
/** Whether there is something to say yes to. */
export const mayTakeBack = (ways: readonly WayBack[]): boolean =>
  ways.some(({ way }) => way === 'open' || way === 'changed-since');

/** Every step of a change, and what taking it back would do. */
export function WaysView({ ways }: { readonly ways: readonly WayBack[] }) {
  return (
    <Box flexDirection="column" rowGap={1}>
      {ways.map((way) => (
        <Way key={way.n} way={way} />
      ))}
    </Box>
  );
}

function Way({ way }: { readonly way: WayBack }) {
  switch (way.way) {
    case 'open':
      return <ChangeView change={way.change} />;
    case 'not-needed':
      return (
        <Marked mark="good">
          <Prose>Not needed: {way.because}.</Prose>
        </Marked>
      );
    case 'cannot':
      return (
        <Marked mark="broken">
          <Prose>Cannot be taken back: {way.because}</Prose>
        </Marked>
      );
    case 'changed-since':
      return (
        <Marked mark="look">
          <Prose bold>{way.object} was changed by somebody else since.</Prose>
          <Prose>Taken back all the same, what somebody else wrote is lost.</Prose>
          {way.differences.length === 0 && (
            <Prose>This tool made it; taking that back deletes it, with what was changed.</Prose>
          )}
          {way.differences.map((version) => (
            <Versions key={version.pointer} version={version} />
          ))}
        </Marked>
      );
  }
}

/** The three: what was there before, what this tool left, what stands now. The sign says which goes and which comes. */
function Versions({ version: { pointer, from, to, now } }: { readonly version: Version }) {
  const theme = useTheme();
  const lines = [
    [' ', 'as this tool left it', from, undefined],
    ['-', 'as it stands now', now, theme.broken],
    ['+', 'as it was before', to, theme.good],
  ] as const;
  return (
    <Box flexDirection="column" marginTop={1}>
      <Prose dimColor>{pointer}</Prose>
      {lines.map(([sign, word, value, colour]) => (
        <Box key={word} columnGap={1}>
          <Box flexShrink={0}>
            <Prose {...(colour === undefined ? {} : { color: colour })}>{sign}</Prose>
          </Box>
          <Box flexDirection="column" flexGrow={1} flexShrink={1}>
            <Prose {...(colour === undefined ? {} : { color: colour })}>
              {word}: {value === undefined ? 'absent' : JSON.stringify(value)}
            </Prose>
          </Box>
        </Box>
      ))}
    </Box>
  );
}
