import type { Cause, Waiting } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, timeAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { allowedNow, isCounted, sawSum } from '../budget/budget-sum.ts';
import type { PdbView } from '../view.ts';
import { isTerminating } from '../workload.ts';

/** An eviction that was granted is counted for so long although the pod is still there. */
const heldMs = 120_000;
/** A pod that is still there so long after its time has more than an eviction to it. */
const lateMs = 60_000;

export const evictionsInFlight: Cause<PdbView> = {
  code: 'evictions-in-flight',
  title: 'An eviction is under way, and the budget waits for its replacement',
  severity: 'note',
  owner: 'operator',
  explains: [],
  waits: true,
  look(view) {
    const { deployment, sight } = view;
    if (!deployment || view.isRollingOut) return clear();
    const [budget, ...more] = view.budgets();
    if (!budget || more.length > 0 || !isCounted(budget) || allowedNow(budget) > 0) return clear();
    const now = sight.now.getTime();
    const held = Object.entries((at(budget, 'status.disruptedPods') ?? {}) as object).flatMap(([name, since]) => {
      const until = Date.parse(String(since)) + heldMs;
      return until > now ? [{ name, since: new Date(until - heldMs), until: new Date(until) }] : [];
    });
    const ending = view.pods().flatMap((pod) => {
      // A deletion timestamp is the end of the grace period, not its beginning.
      const until = timeAt(pod, 'metadata.deletionTimestamp');
      return isTerminating(pod) && until && until.getTime() + lateMs > now
        ? [{ pod, name: pod.metadata.name, until }]
        : [];
    });
    const names = [...new Set([...held, ...ending].map(({ name }) => name))];
    const last = [...held, ...ending].map(({ until }) => until.getTime());
    if (names.length === 0) return clear();
    const waiting: Waiting = {
      for: `${names.join(', ')} to be gone and what replaces it to become ready`,
      since: held[0]?.since ?? null,
      normallyUpTo: 'PT2M',
      nextTryAt: new Date(Math.max(...last)),
    };
    return found({
      object: refTo(budget),
      because: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} on the way out: the budget is used for that, and gives way again by itself.`,
      confidence: 'confirmed',
      evidence: [
        ...(held.length > 0 ? [saw(budget, 'status.disruptedPods')] : []),
        ...ending.map(({ pod }) => saw(pod, 'metadata.deletionTimestamp')),
        sawSum(budget),
      ],
      waiting,
    });
  },
};
