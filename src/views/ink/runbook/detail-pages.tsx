import { Box, Text } from 'ink';
import type { Remedy } from '../../../core/remedy.ts';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { messageLines } from './copyable.ts';
import { EvidenceList } from './evidence-list.tsx';
import { lookWords } from './look-words.ts';
import type { RunbookState } from './state.ts';

type Props = { readonly state: RunbookState };

/** What was seen, and where; then what could not be. */
export function EvidencePage({ state }: Props) {
  const { diagnosis } = state;
  if (!diagnosis) return null;
  return (
    <Box flexDirection="column" rowGap={1}>
      {diagnosis.findings.map(({ code, title, because, evidence, root, confidence }) => (
        <Marked key={code} mark={root ? 'broken' : 'look'}>
          <Prose bold>
            {title} ({root ? confidence : 'explained by the above, or by what could not be looked at'})
          </Prose>
          <Prose>{because}</Prose>
          <EvidenceList evidence={evidence} />
          <Prose dimColor>orion-setup explain {code}</Prose>
        </Marked>
      ))}
      {diagnosis.findings.length === 0 && <Prose>Nothing out of order was found.</Prose>}
      {diagnosis.coverage.notLooked.length > 0 && (
        <Box flexDirection="column">
          <Prose bold>Could not be looked at</Prose>
          {diagnosis.coverage.notLooked.map(({ what, because, needs }) => (
            <Marked key={what} mark="unseen">
              <Prose>
                {lookWords(what)}: {because}
                {needs ? ` (needs ${needs})` : ''}
              </Prose>
            </Marked>
          ))}
        </Box>
      )}
    </Box>
  );
}

/** What it is not, and why not. */
export function RuledOutPage({ state }: Props) {
  const ruledOut = state.diagnosis?.ruledOut ?? [];
  return (
    <Box flexDirection="column">
      <Prose bold>Ruled out: {ruledOut.length}</Prose>
      <Box flexDirection="column" marginTop={1}>
        {ruledOut.map(({ code, because }) => (
          <Marked key={code} mark="good">
            <Prose>
              not {code}: {because}
            </Prose>
          </Marked>
        ))}
      </Box>
    </Box>
  );
}

/** The message to whoever mends it, ready to be sent. */
export function MessagePage({ state }: Props) {
  return (
    <Box flexDirection="column">
      {messageLines(state).map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text never change places.
        <Prose key={place}>{line === '' ? ' ' : line}</Prose>
      ))}
    </Box>
  );
}

/** What is told of it afterwards, as the file would have it. */
export function ReportPage({ text }: { readonly text: string }) {
  return (
    <Box flexDirection="column">
      {text.split('\n').map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text never change places.
        <Prose key={place}>{line === '' ? ' ' : line}</Prose>
      ))}
    </Box>
  );
}

/** The same as commands. */
export function ByHandPage({ remedy }: { readonly remedy: Remedy }) {
  return (
    <Box flexDirection="column">
      <Prose bold>{remedy.title}</Prose>
      <Prose>{remedy.automatic === 'no' ? 'Not done by this tool. By hand:' : 'The same by hand:'}</Prose>
      <Box flexDirection="column" marginY={1} paddingLeft={2}>
        {remedy.commands.map((command) => (
          <Text key={command}>{command}</Text>
        ))}
      </Box>
      {remedy.blockedBy !== null && <Prose>Not done here: {remedy.blockedBy}.</Prose>}
      <Prose dimColor>{remedy.undo}</Prose>
    </Box>
  );
}
