import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { historyReport } from '../core/report/history-report.ts';
import { historyEntryText, historyText } from '../views/plain/history-text.ts';
import { journalsOf } from './change-log.ts';
import { printDocument } from './document.ts';
import { wantsScreens } from './wants-screens.ts';

/** `orion-setup history [ID]`: what was changed, when, by whom, on which cluster, and whether it can be taken back. Offline. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  const { words, options } = invocation;
  const [id, ...tooMany] = words;
  if (tooMany.length > 0) throw new ExpectedStop('usage', `history takes one ID, not "${tooMany.join(' ')}" besides.`);
  const report = id === undefined ? historyReport(await journalsOf(io).list(), io.version) : await oneOf(id, io);
  if (wantsScreens(invocation, io)) {
    const { historyOnScreens } = await import('./history-on-screens.ts');
    return await historyOnScreens(id, invocation, io);
  }
  const { items } = report;
  if (options.output !== undefined && options.output !== 'text') {
    printDocument(io, options.output, report);
    return 0;
  }
  const [only] = items;
  io.out(id !== undefined && only ? historyEntryText(only) : historyText(items));
  return 0;
}

async function oneOf(id: string, io: Io) {
  const journal = await journalsOf(io).read(id);
  const report = journal && historyReport([journal], io.version, true);
  if (report && report.items.length > 0) return report;
  throw new ExpectedStop('usage', `There is no change "${id}" on this machine.`, ['orion-setup history']);
}
