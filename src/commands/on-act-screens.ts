import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import type { Act, ActFace } from '../views/ink/act/act.ts';
import { actScreens } from '../views/ink/act/act-screens.tsx';
import type { DrawContent } from '../views/ink/act/act-view.tsx';
import type { Place as Band } from '../views/ink/parts/frame.tsx';
import type { Place } from './place.ts';

export type LeftAct = { readonly code: number; readonly to: string | undefined };

const lastWordsMs = 1000;

type Work<Told> = (face: ActFace<Told>, io: Io) => Promise<number>;

/**
 * Runs a command behind its screens. What it prints is printed once they are closed, so that it stays in sight. How it ended by lines
 * is how it ends here: its exit code, or what it threw.
 */
export async function onActScreens<Content, Told>(
  actOf: (run: Act<Content, Told>['run']) => Act<Content, Told>,
  draw: DrawContent<Content>,
  work: Work<Told>,
  { options }: Invocation,
  io: Io,
): Promise<LeftAct> {
  let code: number | undefined;
  let failure: unknown;
  let running: Promise<void> = Promise.resolve();
  const printed: string[] = [];
  const act = actOf((face, signal) => {
    const behind: Io = {
      ...io,
      signal: AbortSignal.any([io.signal, signal]),
      out: (text) => printed.push(text),
      errIsDrawn: true,
      err: (text) => {
        printed.push(text);
        if (text.trim() !== '') face.say(text.trim());
      },
    };
    const begun = work(face, behind).then(
      (ended) => {
        code = ended;
      },
      (error: unknown) => {
        failure = error;
        throw error;
      },
    );
    running = begun;
    return begun;
  });
  const over = await actScreens(act, draw, systemClock.now, {
    env: io.env,
    noColor: options['no-color'] ?? false,
    signal: io.signal,
  });
  // What was begun ends in order first; but whoever wants to leave at once is not kept.
  const ended = running.catch(() => {});
  await (over === 'interrupted' ? Promise.race([ended, systemClock.sleep(lastWordsMs, io.signal)]) : ended);
  io.out(printed.join(''));
  const interrupted = new ExpectedStop('interrupted', 'Left. What was sent is in the cluster and in the journal.', [
    'orion-setup history',
  ]);
  if (over === 'interrupted') throw failure ?? interrupted;
  if (code !== undefined) return { code, to: over === 'left' ? undefined : over.to };
  const isStopped = failure instanceof ExpectedStop && failure.reason === 'interrupted' && !io.signal.aborted;
  throw isStopped ? new ExpectedStop('operator-said-no', 'Left. Nothing was changed.') : failure;
}

/** The first band of the screen. */
export const bandOf = ({ profile, environment, namespace, context }: Place, byContext?: string): Band => ({
  environment: environment ?? 'unnamed',
  namespace: namespace ?? '',
  cluster: context ?? byContext ?? '',
  pinned: profile !== undefined && environment !== undefined,
});
