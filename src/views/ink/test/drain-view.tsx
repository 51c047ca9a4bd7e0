import { Box } from 'ink';
import { type DrainPlan, hasLocalData, longName } from '../../../core/procedures/drain-plan.ts';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { useFocusedRow } from '../parts/scroll-area.tsx';
import type { TestContent } from './test-act.ts';

/** What a real drain is about to do, before anybody is asked. */
export function DrainProposal({ plan, unprobed }: { readonly plan: DrainPlan; readonly unprobed: string | undefined }) {
  const { node, evict, stays, scope, readyBefore, wanted } = plan;
  const { name } = node.metadata;
  return (
    <Box flexDirection="column">
      <Prose bold>Drain {name} for a trial, risk medium</Prose>
      <Prose>
        No new pods come to it, {evict.length} {evict.length === 1 ? 'pod is' : 'pods are'} evicted one after the other,
        then it takes pods again.
      </Prose>
      <Box flexDirection="column" marginY={1}>
        {evict.map((pod) => (
          <Prose key={longName(pod)}>
            - evict {longName(pod)}
            {hasLocalData(pod) ? ' (its emptyDir goes with it)' : ''}
          </Prose>
        ))}
        {stays.map(({ pod, because }) => (
          <Prose key={longName(pod)} dimColor>
            = leave {longName(pod)}, {because}
          </Prose>
        ))}
        {scope === 'own-pods' && <Prose dimColor>= other pods on {name} are left alone</Prose>}
      </Box>
      <Prose>
        {readyBefore} pods of the service are ready; below {wanted} all is stopped at once. Evictions cannot be taken
        back: the pods are made again elsewhere. The node takes pods again at the end, on Ctrl-C, or by the next start
        of any command on this cluster.
      </Prose>
      {unprobed !== undefined && (
        <Marked mark="look">
          <Prose>HTTPS cannot be watched from here: {unprobed}.</Prose>
        </Marked>
      )}
    </Box>
  );
}

/** A drain as it goes: what was done, what clients got, how many pods are ready. The numbers stay in their place. */
export function DrainView({ content: { plan, steps, watched, report } }: { readonly content: TestContent }) {
  const last = useFocusedRow();
  const wanted = plan?.wanted ?? 0;
  const lowest = report?.drain?.ready.lowest ?? watched?.lowest ?? plan?.readyBefore ?? 0;
  const sent = report?.drain?.probes.sent ?? watched?.sent ?? 0;
  const answered = report?.drain?.probes.answered ?? watched?.answered ?? 0;
  return (
    <Box flexDirection="column" rowGap={1}>
      <Box flexDirection="column">
        <Marked mark={sent === 0 ? 'unseen' : answered === sent ? 'good' : 'broken'}>
          <Prose>
            HTTPS answered {answered} of {sent}, {shareOf(answered, sent)}; 99.9 % are wanted
          </Prose>
        </Marked>
        <Marked mark={lowest >= wanted ? 'good' : 'broken'}>
          <Prose>
            Ready pods {watched?.ready ?? plan?.readyBefore ?? 0} now, {lowest} at the lowest; {wanted} must stay
          </Prose>
        </Marked>
      </Box>
      <Box flexDirection="column" {...(last && !report ? { ref: last } : {})}>
        {steps.map(({ text, is }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only added.
          <Marked key={place} mark={is === 'waiting' && place < steps.length - 1 ? 'good' : is}>
            <Prose>{text}</Prose>
          </Marked>
        ))}
        {steps.length === 0 && (
          <Marked mark="waiting">
            <Prose>The node is being cordoned</Prose>
          </Marked>
        )}
      </Box>
    </Box>
  );
}

/** Never rounded up: 100 % is every one. */
const shareOf = (answered: number, sent: number): string =>
  sent === 0 ? 'none sent yet' : `${(Math.floor((answered / sent) * 1000) / 10).toFixed(1)} %`;
