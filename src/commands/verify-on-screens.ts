import { runbooks } from '../../runbooks/index.ts';
import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop, exitCodes } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import type { VerifyReport } from '../core/report/verify-report.ts';
import type { Subject } from '../core/verify/point.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import type { OnLook } from '../engine/diagnose.ts';
import { verifyScreen } from '../views/ink/verify/verify-screen.tsx';
import { verifyText } from '../views/plain/verify-text.ts';
import type { OpenRunbooks } from './open-runbooks.ts';
import { runbookOnScreens } from './runbook-on-screens.ts';

/** The points on a terminal; from a red one to its runbook, and back to a fresh look. Answers the exit code of the last look. */
export async function verifyOnScreens(
  opened: OpenRunbooks,
  subject: Subject,
  look: (onLook: OnLook) => Promise<VerifyReport>,
  invocation: Invocation,
  io: Io,
): Promise<number> {
  const { describes } = opened;
  for (;;) {
    const left = await verifyScreen({
      title: `Verify ${subject.environment ?? subject.namespace}`,
      look,
      place: {
        environment: describes.profile === null ? 'unnamed' : (subject.environment ?? 'unnamed'),
        namespace: subject.namespace,
        cluster: describes.context,
        pinned: describes.profile !== null,
      },
      now: systemClock.now,
      terminal: { env: io.env, noColor: invocation.options['no-color'] ?? false, signal: io.signal },
    });
    if (left.to === 'interrupted') throw new ExpectedStop('interrupted', 'Left. Nothing was changed.');
    if (left.to === 'quit') {
      // The screens are gone; what they said stays.
      if (left.report) io.out(verifyText(left.report));
      return left.report ? exitCodes[left.report.outcome] : 0;
    }
    const { runbook: name } = left.to;
    const runbook = runbooks.find((one) => one.name === name);
    if (runbook) await runbookOnScreens(await opened.sessionOf(runbook), invocation, io);
  }
}
