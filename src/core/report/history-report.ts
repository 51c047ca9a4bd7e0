import { z } from 'zod';
import { targetOf } from '../change.ts';
import type { Journal } from '../journal.ts';
import { begunOf, sentenceOf, stateOf, stepsOf, undoOf } from '../journal-state.ts';
import { shortName } from '../kubernetes/object.ts';
import { apiVersion, toolSchema } from './parts.ts';

const entrySchema = z.strictObject({
  id: z.string(),
  at: z.iso.datetime(),
  /** The user of this machine. */
  by: z.string(),
  context: z.string(),
  server: z.string(),
  namespace: z.string(),
  title: z.string(),
  command: z.string(),
  state: z.enum([
    'not-begun',
    'damaged',
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
      do: z.enum(['apply', 'create', 'patch', 'status', 'delete', 'evict']),
      object: z.string(),
      fate: z.enum(['unclear', 'refused', 'applied', 'undone']),
    }),
  ),
  canBeTakenBack: z.boolean(),
});

/** What `history -o json` prints: the newest change first. */
export const historyReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('History'),
  tool: toolSchema,
  items: z.array(entrySchema),
});

export function historyReport(journals: readonly Journal[], version: string): z.infer<typeof historyReportSchema> {
  return { apiVersion, kind: 'History', tool: { name: 'orion-setup', version }, items: journals.flatMap(entryOf) };
}

function entryOf(journal: Journal): readonly z.infer<typeof entrySchema>[] {
  const begun = begunOf(journal);
  if (!begun) return [];
  const back = undoOf(journal.records);
  return [
    {
      id: begun.id,
      at: begun.at,
      by: begun.by.localUser,
      context: begun.cluster.context,
      server: begun.cluster.server,
      namespace: begun.namespace,
      title: begun.title,
      command: begun.command,
      state: stateOf(journal).is,
      says: sentenceOf(journal),
      changes: stepsOf(journal.records).map(({ intent, fate }) => ({
        do: intent.change.do,
        object: shortName(targetOf(intent.change)),
        fate,
      })),
      canBeTakenBack: back.length > 0 && back.every(({ inverse }) => 'can' in inverse),
    },
  ];
}
