import type { Invocation } from '../cli/invocation.ts';
import { targetOf } from '../core/change.ts';
import { utc } from '../core/durations.ts';
import { begunOf, sentenceOf, stateOf, stepsOf, undoOf } from '../core/journal-state.ts';
import { shortName } from '../core/kubernetes/object.ts';
import type { Io } from '../core/outside/io.ts';
import { journalsOf } from './change-log.ts';
import { printDocument } from './document.ts';

/** `orion-setup history`: what was changed, when, by whom, on which cluster, and whether it can be taken back. Offline. */
export async function run({ options }: Invocation, io: Io): Promise<number> {
  const journals = await journalsOf(io).list();
  const items = journals.flatMap((journal) => {
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
  });
  if (options.output !== undefined && options.output !== 'text') {
    printDocument(io, options.output, { apiVersion: 'orion-setup/v1', kind: 'History', items });
    return 0;
  }
  if (items.length === 0) io.out('Nothing was changed by this tool on this machine.\n');
  for (const item of items) {
    io.out(`${item.id}  ${utc(new Date(item.at))}  ${item.title}\n`);
    io.out(
      `  by ${item.by}, ${item.context}, namespace ${item.namespace}. ${item.says}${item.canBeTakenBack ? ` Take it back: orion-setup undo ${item.id}` : ''}\n`,
    );
    for (const change of item.changes) io.out(`    ${change.do} ${change.object}: ${change.fate}\n`);
  }
  return 0;
}
