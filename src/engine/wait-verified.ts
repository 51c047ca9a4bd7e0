import type { Clock } from '../core/outside/clock.ts';
import type { PointResult, Verification } from '../core/verify/verification.ts';

/** Between two looks. */
const restMs = 5000;

export type Waited = {
  readonly verification: Verification;
  /** late: the time is up and not all is green. */
  readonly ended: 'healthy' | 'stuck' | 'late';
};

/**
 * Looks until all is green, until the time is up, or until no waiting will help: all that is open is of the kind that stays (a known
 * cause, a spec, a right that is missing), and was so at the look before too. Tells each point's reason when it changes.
 */
export async function waitVerified(
  look: () => Promise<Verification>,
  {
    clock,
    timeoutMs,
    tell,
  }: { readonly clock: Clock; readonly timeoutMs: number; readonly tell: (point: PointResult) => void },
  signal: AbortSignal,
): Promise<Waited> {
  const deadline = clock.now().getTime() + timeoutMs;
  const told = new Map<string, string>();
  let before: string | undefined;
  for (;;) {
    // Read before the look: what is late must have been looked at once more after the time was up.
    const isLate = clock.now().getTime() >= deadline;
    const verification = await look();
    for (const point of verification.points) {
      const says = `${point.state} ${point.saw}`;
      const last = told.get(point.id);
      if (last !== says && !(last === undefined && point.state === 'passed')) tell(point);
      told.set(point.id, says);
    }
    if (verification.outcome === 'healthy') return { verification, ended: 'healthy' };
    const open = verification.points.filter(({ state }) => state !== 'passed');
    const now = open.some(staysOpen)
      ? JSON.stringify(open.filter(staysOpen).map(({ id, codes }) => [id, codes]))
      : undefined;
    if (now !== undefined && now === before) return { verification, ended: 'stuck' };
    before = now;
    if (isLate) return { verification, ended: 'late' };
    await clock.sleep(Math.min(restMs, Math.max(0, deadline - clock.now().getTime())), signal);
  }
}

/** One that stays red keeps all of it from being green, whatever the others come to. */
const staysOpen = ({ state, lasting, notLooked }: PointResult): boolean =>
  lasting || (state === 'not-looked' && notLooked.some(({ needs }) => needs !== undefined));
