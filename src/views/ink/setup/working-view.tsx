import { Box, Text } from 'ink';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { useFocusedRow } from '../parts/scroll-area.tsx';
import type { Remark, Work } from './state.ts';

const words: Readonly<Record<string, string>> = {
  'look-machine': 'Looking at this machine: kubectl, helm, contexts',
  'look-cluster': 'Looking at the cluster: access, rights, versions',
  'keep-profile': 'Keeping the profile',
  'look-secrets': 'Looking which secrets are there',
  'resolve-hosts': 'Looking where the hosts lead to',
  'write-tree': 'Writing the manifests',
  'look-fit': 'Holding the manifests against this cluster',
  plan: 'Asking the server what would change. Nothing is changed by it',
  apply: 'Applying',
  'wait-ready': 'Waiting until it is ready',
  verify: 'Verifying',
  'keep-gate': 'Keeping what was verified',
  'read-gate': 'Reading what staging passed',
};

type Props = { readonly work: Work; readonly now: Date; readonly remarks: readonly Remark[] };

/** What is being done, for how long, and why it is not done yet. */
export function WorkingView({ work, now, remarks }: Props) {
  const last = useFocusedRow();
  const says = words[work.what];
  if (says === undefined) return null;
  const seconds = Math.max(0, Math.round((now.getTime() - work.since) / 1000));
  return (
    <Box flexDirection="column">
      {remarks.map(({ mark, text }) => (
        <Marked key={text} mark={mark}>
          <Prose>{text}</Prose>
        </Marked>
      ))}
      {work.sent.map(({ object, ok, detail }) => (
        <Marked key={object} mark={ok ? 'good' : 'broken'}>
          <Prose>{ok ? object : `${object}: ${detail}`}</Prose>
        </Marked>
      ))}
      <Box flexDirection="column" {...(last ? { ref: last } : {})}>
        <Marked mark="waiting">
          <Box columnGap={2}>
            <Box flexGrow={1} flexShrink={1}>
              <Prose>{says}</Prose>
            </Box>
            <Box flexShrink={0} width={6} justifyContent="flex-end">
              <Text dimColor>{seconds} s</Text>
            </Box>
          </Box>
          {work.reasons.map((reason) => (
            <Prose key={reason}>{reason}</Prose>
          ))}
        </Marked>
      </Box>
    </Box>
  );
}
