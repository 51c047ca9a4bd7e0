import type { Invocation } from '../cli/invocation.ts';
import { utc } from '../core/durations.ts';
import type { Io } from '../core/outside/io.ts';
import { historyReport } from '../core/report/history-report.ts';
import { journalsOf } from './change-log.ts';
import { printDocument } from './document.ts';

/** `orion-setup history`: what was changed, when, by whom, on which cluster, and whether it can be taken back. Offline. */
export async function run({ options }: Invocation, io: Io): Promise<number> {
  const report = historyReport(await journalsOf(io).list(), io.version);
  const { items } = report;
  if (options.output !== undefined && options.output !== 'text') {
    printDocument(io, options.output, report);
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
