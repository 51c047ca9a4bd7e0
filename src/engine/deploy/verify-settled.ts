import type { EnvironmentName } from '../../core/setup/settings.ts';
import type { Subject } from '../../core/verify/point.ts';
import type { Verification } from '../../core/verify/verification.ts';
import type { Cluster, DeployPorts, Tell } from './ports.ts';

/** Between two looks. */
const restMs = 5000;

export type Settling = {
  readonly context: string;
  readonly environment: EnvironmentName;
  readonly subject: Subject;
  readonly timeoutMs: number;
};

/**
 * The points of the gate as they stand once none of them only waits. What is under way has neither passed nor failed: cert-manager may issue
 * a certificate twice in a row (its trigger reads its cache, which does not have the new Secret yet), or renew one while others deploy.
 * Nor is red at one look what a moment heals: an ingress that has not heard yet of pods that are ready. Where one is red for good, or was
 * at the look before too, or the time is up, they are told as they are.
 */
export async function verifySettled(
  ports: Pick<DeployPorts, 'verify'>,
  { clock }: Pick<Cluster, 'clock'>,
  { context, environment, subject, timeoutMs }: Settling,
  tell: Tell,
  signal: AbortSignal,
): Promise<Pick<Verification, 'points' | 'coverage'>> {
  const deadline = clock.now().getTime() + timeoutMs;
  let told = '';
  let redBefore = '';
  for (;;) {
    // Read before the look: what is late must have been looked at once more after the time was up.
    const isLate = clock.now().getTime() >= deadline;
    const verification = await ports.verify(context, subject, signal);
    const open = verification.points.filter(({ state }) => state === 'waiting' || state === 'failed');
    const bad = open.filter(({ state }) => state === 'failed');
    const red = JSON.stringify(bad.map(({ id, codes }) => [id, codes]));
    const isRed = bad.length > 0 && (red === redBefore || bad.some(({ lasting }) => lasting));
    if (open.length === 0 || isRed || isLate) return verification;
    redBefore = red;
    const reasons = open.map(({ title, saw }) => `${title}: ${saw}`);
    if (reasons.join('\n') !== told) tell({ event: 'waiting-changed', part: environment, reasons });
    told = reasons.join('\n');
    await clock.sleep(Math.min(restMs, Math.max(0, deadline - clock.now().getTime())), signal);
  }
}
