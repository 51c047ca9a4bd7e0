import { X509Certificate } from 'node:crypto';
import { redactText } from '../../core/redact.ts';
import type { FoundCluster } from './find-cluster.ts';

/** What is said where the API server does not know us (401): with the reason, where it can be seen from here. `now` is what it has on its clock. */
export function refusedLogin({ exec, userName }: FoundCluster, certificate: unknown, now: Date): string {
  const refused = 'The API server does not accept this login (401 Unauthorized).';
  const ended = expiryOf(certificate);
  if (ended !== undefined && ended < now) {
    return `${refused} The client certificate of the user "${redactText(userName)}" expired on ${ended.toISOString().slice(0, 10)}: a new kubeconfig is needed.`;
  }
  if (exec !== undefined) {
    return `${refused} The token came from "${redactText(exec.command)}": log in with it again, or choose another --context.`;
  }
  return `${refused} It may have expired: log in again, or choose another --context.`;
}

/** The end of a client certificate (PEM), or undefined where there is none that can be read. */
function expiryOf(certificate: unknown): Date | undefined {
  if (typeof certificate !== 'string' && !Buffer.isBuffer(certificate)) return undefined;
  try {
    return new X509Certificate(certificate).validToDate;
  } catch {
    return undefined;
  }
}
