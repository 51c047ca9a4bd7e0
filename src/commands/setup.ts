import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { parseDuration } from '../core/durations.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { exitCodeOfSetup, setupReport } from '../core/report/setup-report.ts';
import type { SetupEvent } from '../core/setup/event.ts';
import type { Ask } from '../engine/setup/ports.ts';
import { runSetup } from '../engine/setup.ts';
import { lineAsker } from '../views/plain/ask.ts';
import { setupEnd, setupLine } from '../views/plain/setup-lines.ts';
import { printDocument } from './document.ts';
import { setupPorts } from './setup-ports.ts';
import { changeSecrets } from './setup-secrets.ts';
import { startOf } from './setup-start.ts';
import { canAsk, realWorld, type SetupWorld } from './setup-world.ts';

/** How long certificates and pods are waited for where --timeout does not say. */
const usualTimeout = '10m';

/** `orion-setup setup [--env ENV] [--answers FILE]`, and `setup secrets ENV`. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  const [word, environment, ...rest] = invocation.words;
  if (word === 'secrets') return await changeSecrets(environment, rest, invocation, io);
  if (word !== undefined) {
    throw new ExpectedStop('usage', `setup takes no "${word}".`, [
      'orion-setup setup --env staging',
      'orion-setup setup secrets staging',
    ]);
  }
  const world = realWorld(invocation, io);
  return await setUp(invocation, io, world, await setupFace(invocation, io, world));
}

type Asked = { readonly ask: Ask | undefined; readonly emit: (event: SetupEvent) => void };

/** Who asks and tells: runs set-up with its ask and emit, until set-up's end or the operator's leaving. */
export type SetupFace = (run: (by: Asked, signal: AbortSignal) => Promise<Ran>) => Promise<Ran>;
type Ran = Awaited<ReturnType<typeof runSetup>>;

/** The face that is due: screens, lines that ask, or nobody to ask. */
export async function setupFace(
  invocation: Invocation,
  io: Io,
  { clock }: Pick<SetupWorld, 'clock'>,
): Promise<SetupFace> {
  const face = faceOf(invocation.options, io);
  if (face === 'screens' && canAsk(invocation, io)) {
    const { setupScreens } = await import('../views/ink/setup/setup-screens.tsx');
    const terminal = { env: io.env, noColor: invocation.options['no-color'] ?? false, signal: io.signal };
    return (run) =>
      setupScreens({ run: (by, signal) => run(by, AbortSignal.any([signal, io.signal])), now: clock.now, terminal });
  }
  const ask = canAsk(invocation, io) && face !== 'document' ? lineAsker(io.err, io.signal) : undefined;
  // Beside a document stands nothing but that the clock is off, by which it was not judged.
  const isHeard = ({ event }: SetupEvent): boolean => face !== 'document' || event === 'clock-off-found';
  return (run) => run({ ask, emit: (event) => io.err(isHeard(event) ? setupLine(event) : '') }, io.signal);
}

/** Set-up in a world, by a face. Prints how it ended, and answers the exit code. */
export async function setUp(invocation: Invocation, io: Io, world: SetupWorld, face: SetupFace): Promise<number> {
  const { options } = invocation;
  const start = await startOf(invocation, io, world);
  const ports = setupPorts(io, world, start.profile, start.secretsFiles);
  const begun = world.clock.now();
  try {
    const { journey, ending } = await face((by, signal) =>
      runSetup({
        ...by,
        start: start.journey,
        ports,
        consent: { yes: options.yes ?? false, confirm: options.confirm ?? [] },
        timeoutMs: parseDuration(options.timeout ?? usualTimeout, '--timeout'),
        signal,
      }),
    );
    if (ending.outcome === 'refused' || ending.outcome === 'operator-said-no')
      throw new ExpectedStop(ending.outcome, ending.because, ending.next);
    const endedAt = ports.now();
    const tookMs = world.clock.now().getTime() - begun.getTime();
    const report = setupReport({
      version: io.version,
      profile: start.profile,
      startedAt: new Date(endedAt.getTime() - tookMs),
      endedAt,
      apiRequests: ports.requests(),
      journey,
      ending,
    });
    if (faceOf(options, io) === 'document') printDocument(io, options.output, report);
    else io.out(setupEnd(report));
    return exitCodeOfSetup(ending);
  } catch (error) {
    throw io.signal.aborted ? interrupted(error) : error;
  } finally {
    ports.close();
  }
}

/** Whatever an interruption hit, what was done is in the cluster and in the journal; the next run says so and goes on. */
const interrupted = (cause: unknown): ExpectedStop =>
  new ExpectedStop(
    'interrupted',
    'Interrupted. Everything answered and applied is kept.',
    ['Go on: orion-setup setup'],
    { cause },
  );
