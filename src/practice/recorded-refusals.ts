import { condition, textAt } from '../core/kubernetes/field.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { Cluster } from './cluster.ts';

/** What a CA was recorded to say: with status and type where cert-manager heard it itself, else the bare detail that it reads again. */
export type RecordedRefusal = { readonly said: string; readonly isBare: boolean };

/** The last words of a CA, as Challenges, Orders and requests repeat them: by host for a validation, by the issuer's name for an Order. */
export function recordedRefusals({ store }: Cluster): ReadonlyMap<string, RecordedRefusal> {
  const events = store.of(kinds.Event);
  const validations = store.of(kinds.Challenge).flatMap((challenge) => {
    const refusal = refusalIn(challenge, events);
    return refusal ? [[textAt(challenge, 'spec.dnsName') ?? '', refusal] as const] : [];
  });
  const orders = [...store.of(kinds.CertificateRequest), ...store.of(kinds.Order)].flatMap((object) => {
    const words = textAt(object, 'status.reason') ?? condition(object, 'Ready')?.message ?? '';
    const [, said] = /Failed to create Order: (.+)$/s.exec(words) ?? [];
    return said ? [[textAt(object, 'spec.issuerRef.name') ?? '', { said, isBare: false }] as const] : [];
  });
  return new Map([...validations, ...orders]);
}

const whole = /acme: authorization error for [^:]+: (.+)$/s;

/**
 * Where cert-manager reads a Challenge again, after a conflict or a restart, the CA's bare detail takes the place of what it had heard.
 * The event that it made when it heard it holds all of it, for an hour.
 */
function refusalIn(challenge: KubernetesObject, events: readonly KubernetesObject[]): RecordedRefusal | undefined {
  const reason = textAt(challenge, 'status.reason') ?? '';
  const heard = /^Error accepting authorization: /.test(reason) ? whole.exec(reason)?.[1] : undefined;
  if (heard) return { said: heard, isBare: false };
  if (
    textAt(challenge, 'status.state') !== 'invalid' ||
    /^(Error accepting|Failed to|Waiting for|acme: |$)/.test(reason)
  )
    return undefined;
  const told = events
    .filter((event) => textAt(event, 'involvedObject.uid') === challenge.metadata.uid)
    .map((event) => whole.exec(textAt(event, 'message') ?? '')?.[1])
    .find((words) => words?.includes(reason));
  return told ? { said: told, isBare: false } : { said: reason, isBare: true };
}
