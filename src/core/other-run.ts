import { utc } from './durations.ts';
import type { Pending } from './journal-state.ts';

/** What another run left on this cluster or is at, told before anything else is done. */
export type OtherRun = { readonly event: 'cut-off-found' | 'other-run-found'; readonly sentence: string };

export const otherRunLine = ({ event, sentence }: OtherRun): string =>
  event === 'cut-off-found'
    ? `An earlier run was cut off. ${sentence}`
    : `Another run is at this just now: ${sentence}`;

export const runningSentence = ({ begun, pid }: Extract<Pending, { is: 'running' }>): string =>
  `"${begun.title}" (${begun.id}, since ${utc(new Date(begun.at))}, ${begun.namespace}; process ${pid}).`;
