import type { Cause, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw, sawCondition } from '../../../src/core/evidence.ts';
import { condition, listAt, numberAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { spending } from '../budget.ts';
import { canaries } from '../canary.ts';
import { type LastFailure, lastFailureIn } from '../last-failure.ts';
import { quote } from '../messages.ts';
import { type RateLimit, rateLimitIn } from '../order/rate-limit.ts';
import type { CertView } from '../view.ts';

const hour = 3_600_000;
const longest = 32 * hour;
/** The controller may be slow; later than this it is not waiting any more. */
const slack = 5 * 60_000;

/** When cert-manager tries again: 1 h · 2^(n-1) after the last failure, 32 h at the most (trigger_controller.go; its flags may shorten it). */
function nextTry(certificate: KubernetesObject): Date | undefined {
  const failed = timeAt(certificate, 'status.lastFailureTime');
  if (!failed) return undefined;
  const attempts = numberAt(certificate, 'status.failedIssuanceAttempts') ?? 1;
  return new Date(failed.getTime() + Math.min(hour * 2 ** (attempts - 1), longest));
}

export const issuanceBackoff: Cause<CertView> = {
  code: 'issuance-backoff',
  title: 'cert-manager waits before it tries again',
  severity: 'note',
  owner: 'operator',
  explains: [],
  look(view) {
    const { certificate } = view;
    const next = certificate && nextTry(certificate);
    if (!certificate || !next) return clear();
    const issuing = condition(certificate, 'Issuing');
    if (issuing?.status === 'True' || view.sight.now.getTime() > next.getTime() + slack) return clear();
    const attempts = numberAt(certificate, 'status.failedIssuanceAttempts') ?? 1;
    const failure = lastFailureIn(view);
    return found({
      object: refTo(certificate),
      because: `Issuing failed ${attempts === 1 ? 'once' : `${attempts} times`}; cert-manager tries again by itself at ${next.toISOString().slice(0, 16).replace('T', ' ')} UTC at the latest.`,
      confidence: 'confirmed',
      evidence: [
        saw(certificate, 'status.lastFailureTime'),
        saw(certificate, 'status.failedIssuanceAttempts'),
        ...(issuing ? [sawCondition(certificate, { ...issuing, message: quote(issuing.message) })] : []),
        ...(failure ? [{ from: nameOfObject(failure.object), path: failure.path, saw: quote(failure.says) }] : []),
      ],
      ...standing(certificate, next, failure),
      remedies: [spending(view, tryNow(view, certificate, failure)), ...canaries(view, certificate)],
    });
  },
};

/**
 * Waiting by design where the looks would show what failed, had it stayed; a mere echo where it failed of something they cannot
 * show. Where nothing tells any more what failed, the back-off is all there is to name.
 */
function standing(
  certificate: KubernetesObject,
  next: Date,
  failure: LastFailure | undefined,
): Pick<Found, 'waiting' | 'symptom'> {
  if (!failure) return {};
  if (!failure.wouldBeSeen) return { symptom: true };
  return {
    waiting: {
      for: 'the next try of cert-manager',
      since: timeAt(certificate, 'status.lastFailureTime') ?? null,
      normallyUpTo: null,
      nextTryAt: next,
    },
  };
}

/** What `cmctl renew` does. It spends an attempt, so only where what failed would be seen if it still did, and no rate limit holds. */
function tryNow(view: CertView, certificate: KubernetesObject, failure: LastFailure | undefined): Remedy {
  const limit = rateLimitIn(view);
  const others = listAt(certificate, 'status.conditions').filter((item) => textAt(item, 'type') !== 'Issuing');
  const issuing = {
    type: 'Issuing',
    status: 'True',
    reason: 'ManuallyTriggered',
    message: 'Certificate re-issuance manually triggered',
    lastTransitionTime: afterFailure(certificate, view.sight.now),
    observedGeneration: certificate.metadata.generation ?? 1,
  };
  return {
    id: 'try-now',
    title: 'Try now instead of waiting',
    risk: 'medium',
    automatic: 'yes',
    commands: [`cmctl renew -n ${certificate.metadata.namespace} ${certificate.metadata.name}`],
    changes: [patchOf(certificate, [{ path: ['status', 'conditions'], to: [...others, issuing] }], 'status')],
    undo: 'An attempt that was spent cannot be taken back.',
    reversible: false,
    blockedBy: blocked(view, limit, failure),
    healsWithin: 180,
  };
}

/**
 * The present second, or the one after the failure. cert-manager takes a failed request for an earlier try's where its failureTime lies
 * before this moment, and both are whole seconds: of the same second, the old failure would count anew, and nothing be tried
 * (issuing_controller.go, requestmanager_controller.go). A moment ahead hurts nobody: a new try takes longer than that to fail.
 */
function afterFailure(certificate: KubernetesObject, now: Date): string {
  const failed = timeAt(certificate, 'status.lastFailureTime')?.getTime() ?? 0;
  const from = new Date(Math.max(now.getTime(), failed + 1000));
  return from.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function blocked({ sight }: CertView, limit: RateLimit | undefined, failure: LastFailure | undefined): string | null {
  if (limit && !limit.until) return 'the CA limits the rate, and does not say until when';
  if (limit?.until && limit.until > sight.now) return `the CA takes no try before ${limit.until.toISOString()}`;
  return failure && !failure.wouldBeSeen ? 'it would fail again: nothing shows that what it failed of is mended' : null;
}
