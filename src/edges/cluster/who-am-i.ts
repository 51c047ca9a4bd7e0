import { textAt } from '../../core/kubernetes/field.ts';
import { parseJson } from './api-status.ts';
import type { Transport } from './transport.ts';

/** As whom the API server knows us (SelfSubjectReview, Kubernetes 1.28); null where it does not say. Nothing is kept there. */
export async function whoAmI(transport: Transport, signal: AbortSignal): Promise<string | null> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const reply = await transport.send({ method: 'POST', path, body, repeatable: true }, signal);
  if (!reply.ok || reply.status !== 201) return null;
  return textAt(parseJson(reply.text), 'status.userInfo.username') ?? null;
}
