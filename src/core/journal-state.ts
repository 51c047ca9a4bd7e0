import type { Change } from './change.ts';
import { targetOf } from './change.ts';
import type { Begun, Intent, Inverse, Journal, JournalRecord, SentRecord } from './journal.ts';
import { commandSentence, commandsOf } from './journal-commands.ts';
import { shortName } from './kubernetes/object.ts';
import type { ClusterIdentity } from './outside/cluster-reader.ts';

/** What the records of a journal say about the world, without looking at it. */
export type JournalState =
  /** Not even its first record is whole: nothing was sent. */
  | { readonly is: 'not-begun' }
  /** A line in its middle cannot be read, so nothing is sure. */
  | { readonly is: 'damaged'; readonly line: number }
  /** Step n was about to be sent and nothing says that it was: only the live object can tell. */
  | { readonly is: 'unclear'; readonly n: number }
  /** Not done yet: another run, process `pid` of this machine, is at it. */
  | { readonly is: 'running'; readonly pid: number }
  /** All that was sent is known, but the run ended before its end; n is the last step that took effect. */
  | { readonly is: 'unfinished'; readonly n: number }
  /** Nothing was changed: no step, or each one refused. */
  | { readonly is: 'unchanged' }
  | { readonly is: 'verified'; readonly because: string }
  /** Looked at again, and the problem stays. */
  | { readonly is: 'unproven'; readonly because: string }
  | { readonly is: 'closed' }
  | { readonly is: 'undone' };

/** One step and what became of it. */
export type Step = {
  readonly intent: Intent;
  readonly fate: 'unclear' | 'refused' | 'applied' | 'undone';
  readonly sent: SentRecord | undefined;
};

export const begunOf = ({ records }: Journal): Begun | undefined => records.find((record) => record.record === 'begun');

export function stepsOf(records: readonly JournalRecord[]): readonly Step[] {
  return records
    .filter((record) => record.record === 'intent')
    .map((intent) => {
      const about = records.filter((record) => 'n' in record && record.n === intent.n);
      const sent = about.findLast((record) => record.record === 'sent');
      return { intent, sent, fate: fateOf(sent, about) };
    });
}

function fateOf(sent: SentRecord | undefined, about: readonly JournalRecord[]): Step['fate'] {
  if (about.some(({ record }) => record === 'undone')) return 'undone';
  // Seen live after an unclear end: it did arrive.
  if (about.some(({ record }) => record === 'seen')) return 'applied';
  if (!sent) return 'unclear';
  return sent.ok ? 'applied' : 'refused';
}

export function stateOf(journal: Journal): JournalState {
  const state = stateByRecords(journal);
  const isOpen = state.is === 'unclear' || state.is === 'unfinished';
  return isOpen && journal.running !== undefined ? { is: 'running', pid: journal.running } : state;
}

function stateByRecords(journal: Journal): JournalState {
  const { records, damaged } = journal;
  const [line] = damaged;
  if (line !== undefined) return { is: 'damaged', line };
  if (!begunOf(journal)) return { is: 'not-begun' };
  const steps = stepsOf(records);
  const unclear = steps.find(({ fate }) => fate === 'unclear');
  if (unclear) return { is: 'unclear', n: unclear.intent.n };
  const effective = steps.filter(({ fate }) => fate !== 'refused');
  const applied = effective.filter(({ fate }) => fate === 'applied');
  const last = applied.at(-1);
  const run = commandsOf(records).at(-1);
  if (run) return endOf(records) ?? { is: 'unfinished', n: run.command.n };
  if (!last) return { is: effective.length > 0 ? 'undone' : 'unchanged' };
  return endOf(records) ?? { is: 'unfinished', n: last.intent.n };
}

/** What was said after the last step was sent; what was said before it holds no more. */
function endOf(records: readonly JournalRecord[]): JournalState | undefined {
  const after = records.slice(records.findLastIndex(({ record }) => record === 'intent' || record === 'ran'));
  const verified = after.findLast((record) => record.record === 'verified');
  if (verified) return { is: verified.ok ? 'verified' : 'unproven', because: verified.because };
  return after.some(({ record }) => record === 'closed') ? { is: 'closed' } : undefined;
}

/** A step that may be taken back. */
export type StepBack = {
  readonly n: number;
  readonly inverse: Inverse;
  /** Set where nothing says whether it reached the cluster: only the live object can tell. */
  readonly unclear?: Intent;
};

/** What undoing this change set takes, last step first. The inverse has the uid and resourceVersion that the change led to. */
export function undoOf(records: readonly JournalRecord[]): readonly StepBack[] {
  return stepsOf(records)
    .filter(({ fate }) => fate === 'applied' || fate === 'unclear')
    .map(({ intent, sent, fate }) => ({
      n: intent.n,
      inverse: completed(intent.inverse, sent),
      ...(fate === 'unclear' ? { unclear: intent } : {}),
    }))
    .toReversed();
}

function completed(inverse: Inverse, sent: SentRecord | undefined): Inverse {
  if ('cannot' in inverse || !sent?.ok) return inverse;
  const can: Change = { ...inverse.can };
  const uid = 'uid' in can && can.uid === '' && sent.uid ? { uid: sent.uid } : {};
  const resourceVersion =
    'resourceVersion' in can && can.resourceVersion === '' && sent.resourceVersion
      ? { resourceVersion: sent.resourceVersion }
      : {};
  return { can: { ...can, ...uid, ...resourceVersion } as Change };
}

/**
 * What a change set applied over an earlier version of itself: only an earlier set applied as a whole takes that back. What this tool
 * remembers of an environment does not count, nor does a namespace, which is never taken away.
 */
export const appliedOver = (records: readonly JournalRecord[]): readonly string[] => [
  ...new Set(
    undoOf(records).flatMap(({ n, inverse }) => {
      const intent = records.find((record): record is Intent => record.record === 'intent' && record.n === n);
      if (intent === undefined || intent.change.do !== 'apply' || 'can' in inverse) return [];
      const { kind, name } = targetOf(intent.change);
      return kind === 'Namespace' || (kind === 'ConfigMap' && name === 'orion-setup')
        ? []
        : [shortName({ kind, name })];
    }),
  ),
];

/** What other runs left behind on a cluster, or are at. */
export type Pending =
  | { readonly is: 'interrupted'; readonly begun: Begun; readonly state: JournalState }
  | { readonly is: 'running'; readonly begun: Begun; readonly pid: number }
  | { readonly is: 'relaxed' | 'overdue'; readonly begun: Begun; readonly step: Step; readonly until: Date };

/** What is pending on `cluster`, the oldest first. Journals of other clusters say nothing here. */
export function pending(
  journals: readonly Journal[],
  cluster: Pick<ClusterIdentity, 'server' | 'uid' | 'caFingerprint'>,
  now: Date,
): readonly Pending[] {
  return journals
    .flatMap((journal) => {
      const begun = begunOf(journal);
      return begun && isSameCluster(begun.cluster, cluster) ? pendingIn(journal, begun, now) : [];
    })
    .toSorted((one, other) => Date.parse(one.begun.at) - Date.parse(other.begun.at));
}

function pendingIn(journal: Journal, begun: Begun, now: Date): readonly Pending[] {
  const state = stateOf(journal);
  const open: readonly Pending[] =
    state.is === 'running'
      ? [{ is: 'running', begun, pid: state.pid }]
      : ['damaged', 'unclear', 'unfinished'].includes(state.is)
        ? [{ is: 'interrupted', begun, state }]
        : [];
  // The last step first, as with every undo; of one that was cut off the live object says whether it was done.
  const relaxed = stepsOf(journal.records)
    .toReversed()
    .flatMap((step): readonly Pending[] => {
      if (step.fate === 'refused' || step.fate === 'undone' || step.intent.relaxUntil === undefined) return [];
      const until = new Date(step.intent.relaxUntil);
      return [{ is: until > now ? 'relaxed' : 'overdue', begun, step, until }];
    });
  return [...open, ...relaxed];
}

/** By the uid of kube-system; where that could not be read, by server and certificate authority together. */
function isSameCluster(
  one: Pick<ClusterIdentity, 'server' | 'uid' | 'caFingerprint'>,
  other: Pick<ClusterIdentity, 'server' | 'uid' | 'caFingerprint'>,
): boolean {
  if (one.uid !== null && other.uid !== null) return one.uid === other.uid;
  return one.server === other.server && one.caFingerprint === other.caFingerprint;
}

/** The state in one sentence. */
export function sentenceOf(journal: Journal): string {
  const state = stateOf(journal);
  const name = (n: number) => {
    const intent = journal.records.find((record) => record.record === 'intent' && record.n === n);
    return intent?.record === 'intent' ? `${intent.change.do} ${shortName(targetOf(intent.change))}` : 'unknown';
  };
  switch (state.is) {
    case 'not-begun':
      return 'It ended before it began; nothing was changed.';
    case 'damaged':
      return `Line ${state.line} of its journal cannot be read, so it is not known what was done.`;
    case 'running':
      return `It is not done yet: process ${state.pid} is at it.`;
    case 'unclear':
      return `It was interrupted at step ${state.n} (${name(state.n)}); whether that reached the cluster is not known.`;
    case 'unfinished':
      if (commandsOf(journal.records).length > 0) return commandSentence(journal.records);
      return `It was interrupted after step ${state.n} (${name(state.n)}), which was done; nothing was verified.`;
    case 'unchanged':
      return 'Nothing was changed.';
    case 'verified':
      return `Done and verified: ${state.because}`;
    case 'unproven':
      return `Done, but the problem stays: ${state.because}`;
    case 'closed':
      return stepsOf(journal.records).some(({ fate }) => fate === 'undone')
        ? 'Taken back as far as that can be.'
        : 'Done; not verified.';
    case 'undone':
      return 'Taken back.';
  }
}
