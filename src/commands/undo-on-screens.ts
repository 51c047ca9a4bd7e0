import type { Invocation } from '../cli/invocation.ts';
import type { Io } from '../core/outside/io.ts';
import type { ActFace } from '../views/ink/act/act.ts';
import { type UndoContent, type UndoTold, undoAct } from '../views/ink/undo/undo-act.ts';
import { drawUndo } from '../views/ink/undo/undo-view.tsx';
import { bandOf, onActScreens } from './on-act-screens.ts';
import { undoHere } from './undo.ts';
import { type UndoFace, undoByLine } from './undo-face.ts';

/** A change taken back on screens: the three versions where somebody changed it since, then a word, then what became of it. */
export async function undoOnScreens(invocation: Invocation, io: Io): Promise<number> {
  const { code } = await onActScreens<UndoContent, UndoTold>(
    undoAct,
    drawUndo,
    (face, behind) => undoHere(invocation, behind, faceOver(face, behind)),
    invocation,
    io,
  );
  return code;
}

const faceOver = (face: ActFace<UndoTold>, io: Io): UndoFace => ({
  entered: (place, context) => face.entered(bandOf(place, context)),
  proposed: (title, ways) => face.tell({ event: 'proposed', title, ways }),
  consents: (wanted) => face.consents(wanted, 'take it back'),
  ended: (undone) => {
    face.tell({ event: 'taken-back', done: undone.done });
    undoByLine(io).ended(undone);
  },
});
