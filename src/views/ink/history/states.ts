import type { HistoryEntry } from '../../../core/report/history-report.ts';
import type { Mark } from '../glyphs.ts';

export const markOf: Readonly<Record<HistoryEntry['state'], Mark>> = {
  verified: 'good',
  undone: 'good',
  unproven: 'broken',
  damaged: 'look',
  running: 'waiting',
  unclear: 'look',
  unfinished: 'look',
  closed: 'unseen',
  unchanged: 'unseen',
  'not-begun': 'unseen',
};

export const stateWords: Readonly<Record<HistoryEntry['state'], string>> = {
  verified: 'Done and verified.',
  undone: 'Taken back.',
  unproven: 'Done, but the problem stays.',
  damaged: 'Its journal is damaged.',
  running: 'Not done yet.',
  unclear: 'Interrupted; one step is unclear.',
  unfinished: 'Interrupted; nothing was verified.',
  closed: 'Done; not verified.',
  unchanged: 'Nothing was changed.',
  'not-begun': 'Nothing was changed.',
};
