import type { Fetched } from '../../core/fetched.ts';
import { kinds, pathOf } from '../../core/kubernetes/kinds.ts';
import type { EvictionLook } from '../../core/look.ts';
import type { EvictionAnswer } from '../../core/look-answers.ts';
import { rightOfLook } from '../../core/rights/of-look.ts';
import { rightText } from '../../core/rights/right.ts';
import { rightMissing, statusOf } from './api-status.ts';
import { unread } from './refused-read.ts';
import type { Transport } from './transport.ts';

/**
 * Asks for an eviction as a dry run: everything is checked and nothing is spent. What the API server answers is the fact, a refusal
 * too; only where nobody who knows has answered is it not seen.
 */
export async function tryEviction(
  transport: Transport,
  look: EvictionLook,
  signal: AbortSignal,
): Promise<Fetched<EvictionAnswer>> {
  const { namespace, name, uid } = look;
  const dryRun = ['All'];
  const reply = await transport.send(
    {
      method: 'POST',
      path: `${pathOf(kinds.Pod, namespace, name)}/eviction?dryRun=All`,
      body: {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace },
        deleteOptions: { preconditions: { uid }, dryRun },
      },
      repeatable: true,
      takesBusy: true,
    },
    signal,
  );
  if (!reply.ok) return unread(reply.why, reply.detail);
  const { code, reason, message, causes } = statusOf(reply);
  // Another pod of the same name by now is as good as gone.
  if (code === 404 || code === 409) return unread('not-found', `Pod "${name}" is gone.`);
  if (code === 403 && (reason === '' || rightMissing(message) !== undefined))
    return { ...unread('forbidden', message), needs: rightText(rightOfLook(look)) };
  const isBusy = code === 429 && !causes.some((cause) => cause.reason === 'DisruptionBudget');
  if (isBusy || code === 504) return unread('timed-out', `The API server is too busy (${code}): ${message}`);
  if (code === 503) return unread('unreachable', `The API server is not available (503): ${message}`);
  return {
    ok: true,
    value: {
      code,
      message: code < 300 ? '' : message,
      causes: causes.map((cause) => ({ reason: cause.reason, message: cause.message })),
    },
  };
}
