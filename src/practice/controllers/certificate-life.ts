import { X509Certificate } from 'node:crypto';
import { at, textAt, timeAt } from '../../core/kubernetes/field.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { pairOf } from './secret-pair.ts';

/** When a Certificate's certificate begins, ends and renews, and when a failed issuance is tried again. */
/** As Go writes RFC 1123 in UTC: `Mon, 23 Nov 2026 07:28:46 UTC`. */
export const expiryText = (moment: Date): string => moment.toUTCString().replace('GMT', 'UTC');

export type Life = { readonly notBefore: Date; readonly notAfter: Date };

export function lifeOf(secret: KubernetesObject): Life | undefined {
  const { chain } = pairOf(secret);
  const held = lives.get(chain);
  if (held !== undefined) return held;
  try {
    const { validFromDate, validToDate } = new X509Certificate(chain);
    const life = { notBefore: validFromDate, notAfter: validToDate };
    lives.set(chain, life);
    return life;
  } catch {
    return undefined;
  }
}
const lives = new Map<string, Life>();

/** When cert-manager renews: renewBefore ahead of the end, or a third of the life where that is not said or longer than the life. */
export function renewalOf(certificate: KubernetesObject, secret: KubernetesObject): Date | undefined {
  if (textAt(certificate, 'spec.renewal.policy') === 'Disabled') return undefined;
  const life = lifeOf(secret);
  if (!life) return undefined;
  const span = life.notAfter.getTime() - life.notBefore.getTime();
  const wanted = milliseconds(textAt(certificate, 'spec.renewBefore') ?? '');
  const ahead = wanted !== undefined && wanted < span ? wanted : span / 3;
  return new Date(Math.floor((life.notAfter.getTime() - ahead) / 1000) * 1000);
}

/** A duration of Go, as `720h` or `1h30m0s`. */
function milliseconds(duration: string): number | undefined {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (duration === '' || parts.map(([text]) => text).join('') !== duration) return undefined;
  const unit: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  return parts.reduce((sum, [, number, name]) => sum + Number(number) * (unit[name ?? ''] ?? 0), 0);
}

/** When the next try after a failure comes: an hour, doubled with each failure, at most 32 hours. */
export function nextTryOf(certificate: KubernetesObject): Date | undefined {
  const failed = timeAt(certificate, 'status.lastFailureTime');
  const attempts = Number(at(certificate, 'status.failedIssuanceAttempts') ?? 1);
  return failed && new Date(failed.getTime() + Math.min(2 ** (attempts - 1), 32) * 3_600_000);
}
