import { condition, listAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';

const minute = 60_000;
/** A renewal begins within a second; a busy controller may be late. */
const overdueAfter = 60 * minute;
const promptly = 10_000;
/** From nothing to issued takes seconds, a first time with DNS and load balancer five minutes. */
const stalledAfter = 5 * minute;

/**
 * What of a Certificate only its controller can write, and has not written. `unseen`: the present spec was never looked at.
 * `unrenewed`: its time has come, and nobody began. `stalled`: begun, and nothing has moved for minutes, which faults of the chain
 * also do.
 */
export type Silence = {
  readonly kind: 'unseen' | 'unrenewed' | 'stalled';
  readonly since: Date;
  readonly path: string;
  readonly saw: string;
};

export function silenceOf({ certificate, sight }: Pick<CertView, 'certificate' | 'sight'>): Silence | undefined {
  return (
    certificate &&
    (unseen(certificate, sight.now) ?? unrenewed(certificate, sight.now) ?? stalled(certificate, sight.now))
  );
}

function unseen(certificate: KubernetesObject, now: Date): Silence | undefined {
  const created = timeAt(certificate, 'metadata.creationTimestamp') ?? now;
  if (listAt(certificate, 'status.conditions').length === 0)
    return { kind: 'unseen', since: created, path: 'status.conditions', saw: 'absent' };
  const ready = condition(certificate, 'Ready');
  const generation = certificate.metadata.generation;
  if (ready?.observedGeneration === undefined || generation === undefined || ready.observedGeneration >= generation)
    return undefined;
  return {
    kind: 'unseen',
    since: specChangedAt(certificate) ?? created,
    path: `${ready.path}.observedGeneration`,
    saw: String(ready.observedGeneration),
  };
}

/** When somebody last wrote the spec; the status is written by the controller itself. */
function specChangedAt({ metadata }: KubernetesObject): Date | undefined {
  const times = (metadata.managedFields ?? []).flatMap(({ subresource, time }) =>
    subresource || !time ? [] : [Date.parse(time)],
  );
  const last = Math.max(...times.filter((time) => !Number.isNaN(time)));
  return Number.isFinite(last) ? new Date(last) : undefined;
}

function unrenewed(certificate: KubernetesObject, now: Date): Silence | undefined {
  const renewal = overdueSince(certificate, now);
  if (!renewal) return undefined;
  return {
    kind: 'unrenewed',
    since: renewal,
    path: 'status.renewalTime',
    saw: textAt(certificate, 'status.renewalTime') ?? '',
  };
}

/** The renewal time that passed without anybody beginning: an hour ago, or, where the certificate has ended since, a moment ago. */
export function overdueSince(certificate: KubernetesObject, now: Date): Date | undefined {
  const renewal = timeAt(certificate, 'status.renewalTime');
  if (!renewal || isBegun(certificate)) return undefined;
  const late = now.getTime() - renewal.getTime();
  const ended = (timeAt(certificate, 'status.notAfter')?.getTime() ?? Number.POSITIVE_INFINITY) <= now.getTime();
  return late >= overdueAfter || (ended && late >= promptly) ? renewal : undefined;
}

export const isBegun = (certificate: KubernetesObject): boolean =>
  condition(certificate, 'Issuing') !== undefined || timeAt(certificate, 'status.lastFailureTime') !== undefined;

/** While it waits after a failure nothing moves by design. */
function stalled(certificate: KubernetesObject, now: Date): Silence | undefined {
  const issuing = condition(certificate, 'Issuing');
  const since = issuing?.lastTransitionTime;
  if (issuing?.status !== 'True' || !since || now.getTime() - since.getTime() < stalledAfter) return undefined;
  return {
    kind: 'stalled',
    since,
    path: issuing.path,
    saw: `${issuing.status} ${issuing.reason} since ${since.toISOString()}`,
  };
}

export const secondsOf = ({ since }: Silence, now: Date): number => (now.getTime() - since.getTime()) / 1000;
