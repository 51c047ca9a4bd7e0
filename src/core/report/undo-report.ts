import { z } from 'zod';
import { apiVersion, toolSchema } from './parts.ts';

/** What `undo -o json` prints: of each step of the change, whether it can be taken back, and what became of that. */
export const undoReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('UndoReport'),
  tool: toolSchema,
  id: z.string(),
  steps: z.array(
    z.strictObject({
      step: z.int(),
      way: z.enum(['open', 'not-needed', 'cannot', 'changed-since']),
      because: z.string().optional(),
      /** Of what somebody changed since: as it was before this tool, as this tool left it, and as it stands now. */
      object: z.string().optional(),
      differences: z
        .array(z.strictObject({ path: z.string(), before: z.unknown(), ours: z.unknown(), now: z.unknown() }))
        .optional(),
      /** Absent where nothing was done. */
      result: z.enum(['done', 'refused']).optional(),
      detail: z.string().optional(),
    }),
  ),
});

type Way = {
  readonly n: number;
  readonly way: 'open' | 'not-needed' | 'cannot' | 'changed-since';
  readonly because?: string;
  readonly object?: string;
  readonly differences?: readonly {
    readonly pointer: string;
    readonly from: unknown;
    readonly to: unknown;
    readonly now: unknown;
  }[];
};
type Done = { readonly n: number; readonly ok: boolean; readonly detail: string };

export function undoReport(
  id: string,
  ways: readonly Way[],
  done: readonly Done[],
  version: string,
): z.infer<typeof undoReportSchema> {
  return {
    apiVersion,
    kind: 'UndoReport',
    tool: { name: 'orion-setup', version },
    id,
    steps: ways.map(({ n, way, because, object, differences }) => {
      const became = done.find((one) => one.n === n);
      return {
        step: n,
        way,
        ...(because === undefined ? {} : { because }),
        ...(object === undefined ? {} : { object }),
        ...(differences === undefined
          ? {}
          : {
              // Absent is null: a document has no other word for it.
              differences: differences.map(({ pointer, from, to, now }) => ({
                path: pointer,
                before: to ?? null,
                ours: from ?? null,
                now: now ?? null,
              })),
            }),
        ...(became ? { result: became.ok ? ('done' as const) : ('refused' as const), detail: became.detail } : {}),
      };
    }),
  };
}
