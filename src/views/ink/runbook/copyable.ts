import { messageAbout, messageForRights } from './message.ts';
import { leadFinding, type Page, type RunbookState } from './state.ts';

/** The text of a page that is worth copying. */
export function copyable(state: RunbookState, page: Page): string {
  if (page.at === 'by-hand') return page.remedy.commands.join('\n');
  if (page.at === 'report') return page.text;
  return messageLines(state).join('\n');
}

export function messageLines({ diagnosis, facts }: RunbookState): readonly string[] {
  if (!diagnosis) return [];
  const finding = leadFinding(diagnosis);
  return finding ? messageAbout(finding, diagnosis, facts.describes) : messageForRights(diagnosis, facts.describes);
}
