import { Box } from 'ink';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';

export type TakenBack = { readonly n: number; readonly ok: boolean; readonly detail: string };

/** What became of taking it back, step by step. */
export function TakenBackView({ done }: { readonly done: readonly TakenBack[] }) {
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
