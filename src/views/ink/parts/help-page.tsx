import { Box } from 'ink';
import { type ActiveKey, nameOfKey, rowOf, saysOf } from '../keys.ts';
import { useTheme } from '../theme.ts';
import { Marked } from './marked.tsx';
import { Prose } from './prose.tsx';

const leave: readonly ActiveKey[] = ['leave'];

/** What each key of this screen does, and what the signs mean. */
export function HelpPage({ keys, about }: { readonly keys: readonly ActiveKey[]; readonly about: string }) {
  const theme = useTheme();
  return (
    <Box flexDirection="column">
      <Prose>{about}</Prose>
      <Box flexDirection="column" marginTop={1}>
        {[...keys.filter((active) => nameOfKey(active) !== 'leave'), ...leave].map((active) => {
          const row = rowOf(active);
          return (
            <Box key={nameOfKey(active)}>
              <Box width={11} flexShrink={0}>
                <Prose bold>{theme.glyphs.isAscii ? (row.ascii ?? row.shown) : row.shown}</Prose>
              </Box>
              <Prose>
                {saysOf(active)}: {row.explains}
              </Prose>
            </Box>
          );
        })}
      </Box>
      <Box flexDirection="column" marginTop={1}>
        <Marked mark="good">
          <Prose>done or healthy</Prose>
        </Marked>
        <Marked mark="waiting">
          <Prose>on its way</Prose>
        </Marked>
        <Marked mark="broken">
          <Prose>broken here</Prose>
        </Marked>
        <Marked mark="unseen">
          <Prose>not looked at, or not reached</Prose>
        </Marked>
        <Marked mark="look">
          <Prose>worth a look</Prose>
        </Marked>
      </Box>
    </Box>
  );
}
