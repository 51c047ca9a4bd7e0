import { Box } from 'ink';
import { type Change, targetOf } from '../../../core/change.ts';
import { differenceOf } from '../../../core/difference.ts';
import { Difference } from './difference.tsx';
import { Marked } from './marked.tsx';
import { Prose } from './prose.tsx';

const verbs: Readonly<Record<Change['do'], string>> = {
  apply: 'applies',
  create: 'adds',
  patch: 'changes',
  status: 'changes the status of',
  delete: 'deletes',
  evict: 'evicts',
  alert: 'posts a test alert to',
};

type ChangeProps = { readonly change: Change; readonly says?: string; readonly warnings?: readonly string[] };

/** One object, and the lines that go and come. */
export function ChangeView({ change, says = '', warnings = [] }: ChangeProps) {
  const { kind, name, namespace } = targetOf(change);
  return (
    <Box flexDirection="column">
      <Box justifyContent="space-between" columnGap={2}>
        <Prose>
          {verbs[change.do]} {kind} {namespace ? `${namespace}/` : ''}
          {name}
        </Prose>
        <Box flexShrink={0}>
          <Prose dimColor>{says}</Prose>
        </Box>
      </Box>
      <Box flexDirection="column" paddingLeft={2}>
        <Difference lines={differenceOf(change)} />
      </Box>
      {warnings.map((warning) => (
        <Marked key={warning} mark="look">
          <Prose>{warning}</Prose>
        </Marked>
      ))}
    </Box>
  );
}
