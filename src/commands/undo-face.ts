import type { Invocation } from '../cli/invocation.ts';
import type { Consent } from '../core/consent.ts';
import type { Io } from '../core/outside/io.ts';
import { undoReport } from '../core/report/undo-report.ts';
import type { TakenBack } from '../engine/take-back.ts';
import type { WayBack } from '../engine/undo.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { consentByLine } from '../views/plain/choose-remedy.ts';
import { undoText } from '../views/plain/undo-text.ts';
import { printDocument } from './document.ts';
import type { Place } from './place.ts';

/** What became of it. Nothing was taken back where `done` is empty. */
export type Undone = { readonly id: string; readonly ways: readonly WayBack[]; readonly done: readonly TakenBack[] };

/** Who shows an undo, and asks. */
export type UndoFace = {
  readonly entered: (place: Place, context: string) => void;
  /** What taking it back would do. */
  readonly proposed: (title: string, ways: readonly WayBack[]) => void;
  /** `loses`: what somebody else wrote since would be lost. */
  readonly consents: (wanted: Consent, loses: boolean) => Promise<boolean>;
  readonly ended: (undone: Undone) => void;
};

export const undoByLine = (io: Io): UndoFace => ({
  entered: () => {},
  proposed: (title, ways) => io.err(undoText(title, ways)),
  consents: (wanted, loses) => {
    if (loses) io.err('Taken back all the same, what somebody else wrote is lost.\n');
    return consentByLine(wanted, lineQuestions(io.signal));
  },
  ended: ({ id, ways, done }) => {
    for (const { ok, detail } of done) io.out(`${ok ? 'Taken back' : 'Refused'}: ${detail}\n`);
    if (done.length === 0) io.out(nothingDone(id, ways));
  },
});

function nothingDone(id: string, ways: readonly WayBack[]): string {
  if (ways.some(({ way }) => way === 'changed-since'))
    return `Nothing was changed. To put back what was there before, over what somebody else wrote, say so on a terminal: orion-setup undo ${id}\n`;
  return ways.some(({ way }) => way === 'cannot')
    ? 'Nothing was changed.\n'
    : 'There is nothing to take back: all is as it was before.\n';
}

export const undoAsDocument = (io: Io, { options }: Invocation): UndoFace => ({
  entered: () => {},
  proposed: () => {},
  consents: async () => false,
  ended: ({ id, ways, done }) => printDocument(io, options.output, undoReport(id, ways, done, io.version)),
});
