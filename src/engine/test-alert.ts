import {
  type AlertTested,
  alertTested,
  postedAlert,
  posting,
  type TestAlertPlan,
  testAlertName,
} from '../core/alerts/test-alert.ts';
import type { PostedAlert } from '../core/change.ts';
import type { Looker } from '../core/look.ts';
import type { HeldAlert } from '../core/look-answers.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { ClusterWriter } from '../core/outside/cluster-writer.ts';
import type { ChangeLog } from './mend.ts';

export type TestingAlert = {
  readonly plan: TestAlertPlan;
  readonly look: Looker;
  readonly writer: ClusterWriter;
  readonly clock: Clock;
  readonly log: ChangeLog;
  readonly tell: (line: string) => void;
};

const lookAgainMs = 500;
const patienceMs = 30_000;
/** For ending it although the run was told to stop. */
const lastWordMs = 10_000;

/** Posts the alert, sees where it arrives, leaves it there as long as was asked, and ends it whatever came of it. */
export async function testAlert(testing: TestingAlert, signal: AbortSignal): Promise<AlertTested> {
  const { plan, writer, clock, log, tell } = testing;
  const alert = postedAlert(plan, log.id, clock.now());
  const rest = { endsAt: alert.endsAt, undoId: log.id };
  // A run that is killed here leaves what ends by itself: nothing else is promised, and that is what the next start says.
  await log.intend(0, posting(plan.alertmanager, alert), new Date(alert.endsAt));
  const sent = await writer.send(posting(plan.alertmanager, alert), { dryRun: false }, signal);
  const isUnsure = !sent.ok && (sent.why === 'timed-out' || sent.why === 'unreachable');
  if (!isUnsure) await log.sent(0, sent);
  if (!sent.ok && !isUnsure) {
    await log.verified(false, sent.detail);
    return alertTested(plan, undefined, { ...rest, ended: true, heldSeconds: 0, because: sent.detail });
  }
  let held: HeldAlert | undefined;
  let heldSeconds = 0;
  let ended = false;
  try {
    held = await untilHeld(testing, signal);
    if (held) tell(`The test alert is ${held.state} in Alertmanager, at ${held.receivers.join(', ')}.`);
    if (held?.state === 'active' && plan.holdMs > 0) {
      tell(`It stays there for ${plan.holdMs / 1000} s.`);
      await clock.sleep(plan.holdMs, signal);
      heldSeconds = plan.holdMs / 1000;
    }
  } finally {
    ended = await end(testing, alert, signal.aborted ? AbortSignal.timeout(lastWordMs) : signal);
    if (ended) tell('The test alert is ended.');
  }
  await log.verified(held !== undefined && ended, held ? `seen at ${held.receivers.join(', ')}` : 'not seen');
  return alertTested(plan, held, { ...rest, ended, heldSeconds, because: null });
}

const heldLook = ({ plan, log }: TestingAlert) =>
  ({ at: 'held-alerts', alertmanager: plan.alertmanager, name: testAlertName, run: log.id }) as const;

/** Until it has been given to its routes, or for as long as that may take. */
async function untilHeld(testing: TestingAlert, signal: AbortSignal): Promise<HeldAlert | undefined> {
  const { look, clock } = testing;
  const deadline = clock.now().getTime() + patienceMs;
  for (;;) {
    // Read before the look: what is late must have been looked at once more after the time was up.
    const isLate = clock.now().getTime() >= deadline;
    const seen = await look(heldLook(testing), signal);
    const [held] = seen.ok ? seen.value : [];
    if (held && held.state !== 'unprocessed') return held;
    if (isLate) return held;
    await clock.sleep(lookAgainMs, signal);
  }
}

/** The same alert with an end that is now. Where that does not arrive it ends by itself. */
async function end(testing: TestingAlert, alert: PostedAlert, signal: AbortSignal): Promise<boolean> {
  const { plan, look, writer, clock, log } = testing;
  const deadline = clock.now().getTime() + lastWordMs;
  try {
    const over = posting(plan.alertmanager, { ...alert, endsAt: clock.now().toISOString() });
    const sent = await writer.send(over, { dryRun: false }, signal);
    if (!sent.ok) return false;
    for (;;) {
      const isLate = clock.now().getTime() >= deadline;
      const seen = await look(heldLook(testing), signal);
      if (seen.ok && seen.value.length === 0) {
        await log.undone(0);
        return true;
      }
      if (isLate) return false;
      await clock.sleep(lookAgainMs, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  }
}
