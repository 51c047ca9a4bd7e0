import { runbooks } from '../../runbooks/index.ts';
import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { parseDuration, utc } from '../core/durations.ts';
import { ExpectedStop, exitCodes } from '../core/failure.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { Io } from '../core/outside/io.ts';
import { kubectl, kubectlVersion } from '../core/prerequisites/machine.ts';
import { verifyJunit } from '../core/report/verify-junit.ts';
import { verifyMarkdown } from '../core/report/verify-markdown.ts';
import { type VerifyReport, verifyReport } from '../core/report/verify-report.ts';
import { beforeOf } from '../core/verify/before.ts';
import type { Point } from '../core/verify/point.ts';
import { points } from '../core/verify/points.ts';
import type { PointResult, Verification } from '../core/verify/verification.ts';
import { systemShell } from '../edges/shell/system-shell.ts';
import type { OnLook } from '../engine/diagnose.ts';
import { verify } from '../engine/verify.ts';
import { waitVerified } from '../engine/wait-verified.ts';
import { pointLine, verifyText } from '../views/plain/verify-text.ts';
import { printDocument } from './document.ts';
import { openRunbooks } from './open-runbooks.ts';
import { verifyPlace } from './verify-place.ts';

/** `orion-setup verify [ENV]`: the thirteen points in one pass. Reads only. */
export async function run(given: Invocation, io: Io): Promise<number> {
  const { subject, invocation } = await verifyPlace(given, io);
  const { options } = invocation;
  const chosen = pointsNamed(options.only ?? []);
  const timeoutMs = options.wait === undefined ? undefined : parseDuration(options.wait, '--wait');
  const [opened, version] = await Promise.all([
    openRunbooks(invocation, io),
    systemShell.run(kubectlVersion.command, kubectlVersion.args, { timeoutMs: 10_000 }, io.signal),
  ]);
  const look = (onLook: OnLook) =>
    verify({ runbooks, points: chosen }, subject, opened.look, opened.clock.now(), io.signal, onLook);
  const report = (verification: Verification, startedAt: Date): VerifyReport =>
    verifyReport({
      version: io.version,
      target: opened.describes,
      environment: subject.environment,
      startedAt,
      endedAt: opened.clock.now(),
      apiRequests: opened.requests(),
      before: beforeOf(verification, opened.describes, kubectl(version)),
      verification,
    });
  try {
    const startedAt = opened.clock.now();
    if (timeoutMs === undefined && faceOf(options, io) === 'screens') {
      const { verifyOnScreens } = await import('./verify-on-screens.ts');
      const fresh = async (onLook: OnLook) => report(await look(onLook), opened.clock.now());
      return await verifyOnScreens(opened, subject, fresh, invocation, io);
    }
    const lookNow = () =>
      look((name, ok) => {
        if (options.verbose) io.err(`${ok ? 'looked at' : 'could not look at'}: ${name}\n`);
      });
    const waited =
      timeoutMs === undefined
        ? { verification: await lookNow(), ended: 'healthy' as const }
        : await waitVerified(
            lookNow,
            { clock: opened.clock, timeoutMs, tell: teller(opened.clock, invocation, io) },
            io.signal,
          );
    const { verification } = waited;
    print(report(verification, startedAt), invocation, io);
    if (waited.ended !== 'late') return exitCodes[verification.outcome];
    io.err(`Still ${verification.outcome} after ${options.wait}. Nothing was changed.\n`);
    return exitCodes['timed-out'];
  } finally {
    opened.close();
  }
}

function print(report: VerifyReport, { options }: Invocation, io: Io): void {
  switch (options.output) {
    case 'junit':
      io.out(verifyJunit(report));
      return;
    case 'markdown':
      io.out(verifyMarkdown(report));
      return;
    case undefined:
    case 'text':
      io.out(verifyText(report));
      return;
    default:
      printDocument(io, options.output, report);
  }
}

/** A document is alone on standard output: what is waited for is told beside it. */
const teller = (clock: Clock, { options }: Invocation, io: Io) => {
  const say = faceOf(options, io) === 'document' ? io.err : io.out;
  return (point: PointResult): void => say(`${utc(clock.now())} ${pointLine(point)}\n`);
};

function pointsNamed(ids: readonly string[]): readonly Point[] {
  const wanted = ids.flatMap((id) => id.split(','));
  const unknown = wanted.find((id) => !points.some((point) => point.id === id));
  if (unknown !== undefined)
    throw new ExpectedStop(
      'usage',
      `There is no point "${unknown}". There are:`,
      points.map(({ id, title }) => `${id.padEnd(14)} ${title}`),
    );
  return wanted.length === 0 ? points : points.filter(({ id }) => wanted.includes(id));
}
