import { Box } from 'ink';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { ChangeView } from './before-page.tsx';
import type { TakenBack, WayBack } from './props.ts';

/** What taking it back would do, before it is done. */
export function BeforeUndoPage({ ways }: { readonly ways: readonly WayBack[] }) {
  const isOpen = ways.some(({ way }) => way === 'open') && ways.every(({ way }) => way !== 'changed-since');
  return (
    <Box flexDirection="column">
      <Prose bold>{isOpen ? 'Take the change back' : 'This cannot be taken back as it stands'}</Prose>
      <Box flexDirection="column" marginTop={1} rowGap={1}>
        {ways.map((way) => (
          <Way key={way.n} way={way} />
        ))}
      </Box>
      {!isOpen && <Prose>Nothing was changed.</Prose>}
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
          <Prose>{way.because}</Prose>
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
          <Prose>{way.object} was changed by somebody else since, so nothing is overwritten.</Prose>
          {way.differences.map(({ pointer, from, to, now }) => (
            <Box key={pointer} flexDirection="column">
              <Prose>{pointer}</Prose>
              <Prose> as this tool left it: {JSON.stringify(from)}</Prose>
              <Prose> as it stands now: {JSON.stringify(now)}</Prose>
              <Prose> as it was before: {JSON.stringify(to)}</Prose>
            </Box>
          ))}
        </Marked>
      );
  }
}

export function UndonePage({ done }: { readonly done: readonly TakenBack[] }) {
  const all = done.every(({ ok }) => ok);
  return (
    <Box flexDirection="column">
      <Prose bold>{all ? 'Taken back.' : 'Not everything could be taken back.'}</Prose>
      <Box flexDirection="column" marginTop={1}>
        {done.map(({ n, ok, detail }) => (
          <Marked key={n} mark={ok ? 'good' : 'broken'}>
            <Prose>{detail}</Prose>
          </Marked>
        ))}
      </Box>
    </Box>
  );
}
