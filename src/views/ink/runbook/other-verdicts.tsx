import { Box, Text } from 'ink';
import type { Diagnosis } from '../../../core/diagnosis.ts';
import { ago } from '../../../core/durations.ts';
import { shortName } from '../../../core/kubernetes/object.ts';
import { Marked } from '../parts/marked.tsx';
import { countdown, duration } from '../parts/moments.ts';
import { Prose } from '../parts/prose.tsx';
import { lookWords } from './look-words.ts';
import { restMs } from './runbook-program.ts';

type Props = { readonly diagnosis: Diagnosis };

export function Healthy({ diagnosis }: Props) {
  const { looked } = diagnosis.coverage;
  return (
    <Marked mark="good">
      <Prose>Healthy: {looked} things were looked at, and each is as it should be.</Prose>
    </Marked>
  );
}

/** What is waited for, and until when: the one number that moves keeps its place. */
export function WaitingView({ diagnosis, now }: Props & { readonly now: Date }) {
  const { waiting } = diagnosis;
  if (!waiting) return null;
  const { since, normallyUpTo, nextTryAt } = waiting;
  return (
    <Marked mark="waiting">
      <Prose>Waiting for {waiting.for}</Prose>
      {since && (
        <Prose>
          For {ago(now.getTime() - since.getTime())}
          {normallyUpTo ? `; normally up to ${duration(normallyUpTo)}` : ''}
        </Prose>
      )}
      {nextTryAt && (
        <Prose>
          Next try in <Text bold>{countdown(nextTryAt.getTime() - now.getTime())}</Text>, at{' '}
          {nextTryAt.toISOString().slice(11, 16)} UTC
        </Prose>
      )}
      <Prose dimColor>Looks again by itself every {restMs / 1000} s.</Prose>
    </Marked>
  );
}

/** No cause is named where one could hide: what could not be looked at, and the right that is missing. */
export function Incomplete({ diagnosis }: Props) {
  return (
    <Box flexDirection="column">
      <Marked mark="look">
        <Prose>No cause is named, since it may be where this account may not look:</Prose>
      </Marked>
      {diagnosis.coverage.notLooked.map(({ what, because, needs }) => (
        <Box key={what} paddingLeft={2}>
          <Marked mark="unseen">
            <Prose>
              {lookWords(what)}: {because}
            </Prose>
            {needs !== undefined && <Prose bold>needs the right to {needs}</Prose>}
          </Marked>
        </Box>
      ))}
    </Box>
  );
}

/** Broken in a way that is not in the catalogue: the deepest object's own words. */
export function Unrecognised({ diagnosis }: Props) {
  const { unrecognised } = diagnosis;
  if (!unrecognised) return null;
  return (
    <Marked mark="broken">
      <Prose bold>Broken, and not in a way that this tool knows</Prose>
      <Prose>{shortName(unrecognised.object)} says:</Prose>
      <Box paddingLeft={2}>
        <Prose>{unrecognised.quote}</Prose>
      </Box>
    </Marked>
  );
}
