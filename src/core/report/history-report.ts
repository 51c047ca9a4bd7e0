import { z } from 'zod';
import { targetOf } from '../change.ts';
import { differenceOf } from '../difference.ts';
import type { Journal } from '../journal.ts';
import { commandsOf } from '../journal-commands.ts';
import { begunOf, sentenceOf, stateOf, stepsOf, undoOf } from '../journal-state.ts';
import { shortName } from '../kubernetes/object.ts';
import { apiVersion, toolSchema } from './parts.ts';

const entrySchema = z.strictObject({
  id: z.string(),
  at: z.iso.datetime(),
  /** The user of this machine. */
  by: z.string(),
  /** As the API server knew them; null where it did not say. */
  kubernetesUser: z.string().nullable(),
  context: z.string(),
  server: z.string(),
  clusterUid: z.string().nullable(),
  namespace: z.string(),
  title: z.string(),
  command: z.string(),
  state: z.enum([
    'not-begun',
    'damaged',
    'running',
    'unclear',
    'unfinished',
    'unchanged',
    'verified',
    'unproven',
    'closed',
    'undone',
  ]),
  says: z.string(),
  changes: z.array(
    z.strictObject({
      do: z.enum(['apply', 'create', 'patch', 'status', 'delete', 'evict', 'alert']),
      object: z.string(),
      fate: z.enum(['unclear', 'refused', 'applied', 'undone']),
      /** The lines that went and the lines that came; where one change was asked for. No value of a Secret. */
      difference: z.array(z.string()).optional(),
      /** Why it was refused. */
      detail: z.string().optional(),
    }),
  ),
  /** Other programs that were run for it, as `prerequisites --install` does; what takes each back is run by hand. */
  commands: z
    .array(z.strictObject({ command: z.string(), result: z.string(), takenBackBy: z.string().nullable() }))
    .optional(),
  /** What looking again came to; null where that was not noted. */
  verification: z.strictObject({ ok: z.boolean(), at: z.iso.datetime(), because: z.string() }).nullable(),
  undo: z.strictObject({
    /** Of `open` the live objects have the last word. */
    state: z.enum(['open', 'partly', 'cannot', 'taken-back', 'nothing']),
    because: z.string(),
    /** The change sets that took it back. */
    by: z.array(z.string()),
  }),
  /** Set where this change set takes another one back. */
  undoes: z.string().nullable(),
  /** By this tool and as a whole, as far as the journal tells; not under the feet of the run that is at it. */
  canBeTakenBack: z.boolean(),
});
export type HistoryEntry = z.infer<typeof entrySchema>;

/** What `history -o json` prints: the newest change first; with an ID that one alone, in full. */
export const historyReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('History'),
  tool: toolSchema,
  items: z.array(entrySchema),
});

export function historyReport(
  journals: readonly Journal[],
  version: string,
  inFull = false,
): z.infer<typeof historyReportSchema> {
  const items = journals.flatMap((journal) => entryOf(journal, inFull));
  return { apiVersion, kind: 'History', tool: { name: 'orion-setup', version }, items };
}

function entryOf(journal: Journal, inFull: boolean): readonly HistoryEntry[] {
  const begun = begunOf(journal);
  if (!begun) return [];
  const state = stateOf(journal).is;
  const back = undoOf(journal.records);
  const commands = commandsOf(journal.records).map(({ command: { command, takenBackBy }, ran }) => ({
    command,
    result: ran?.result ?? 'cut off',
    takenBackBy,
  }));
  const verified = journal.records.findLast((record) => record.record === 'verified');
  return [
    {
      id: begun.id,
      at: begun.at,
      by: begun.by.localUser,
      kubernetesUser: begun.by.kubernetesUser ?? null,
      context: begun.cluster.context,
      server: begun.cluster.server,
      clusterUid: begun.cluster.uid,
      namespace: begun.namespace,
      title: begun.title,
      command: begun.command,
      state,
      says: sentenceOf(journal),
      changes: stepsOf(journal.records).map(({ intent, fate, sent }) => ({
        do: intent.change.do,
        object: shortName(targetOf(intent.change)),
        fate,
        ...(inFull ? { difference: [...differenceOf(intent.change)] } : {}),
        ...(sent?.ok === false ? { detail: sent.detail } : {}),
      })),
      ...(commands.length === 0 ? {} : { commands }),
      verification: verified ? { ok: verified.ok, at: verified.at, because: verified.because } : null,
      undo: undoStateOf(journal),
      undoes: begun.undoes ?? null,
      canBeTakenBack: state !== 'running' && back.length > 0 && back.every(({ inverse }) => 'can' in inverse),
    },
  ];
}

/** As far as the journal tells; whether an object is still as it was left, only looking says. */
function undoStateOf({ records }: Journal): HistoryEntry['undo'] {
  const by = [...new Set(records.flatMap((record) => (record.record === 'undone' && record.by ? [record.by] : [])))];
  const back = undoOf(records);
  const cannot = back.flatMap(({ inverse }) => ('cannot' in inverse ? [inverse.cannot] : []));
  const byHand = commandsOf(records).flatMap(({ command }) => command.takenBackBy ?? []);
  if (byHand.length > 0) return { state: 'cannot', because: `by hand only: ${byHand.join('; ')}`, by };
  if (back.length === 0) {
    return stepsOf(records).some(({ fate }) => fate === 'undone')
      ? { state: 'taken-back', because: 'it was taken back', by }
      : { state: 'nothing', because: 'nothing was changed', by };
  }
  if (cannot.length === 0)
    return { state: 'open', because: 'it can be taken back where its objects are still as it left them', by };
  const because = [...new Set(cannot)].join('; ');
  return { state: cannot.length === back.length ? 'cannot' : 'partly', because, by };
}
