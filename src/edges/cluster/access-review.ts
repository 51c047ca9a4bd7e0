import type { Fetched } from '../../core/fetched.ts';
import { at } from '../../core/kubernetes/field.ts';
import type { ClusterReader } from '../../core/outside/cluster-reader.ts';
import { parseJson, statusOf } from './api-status.ts';
import { unread } from './refused-read.ts';
import type { Transport } from './transport.ts';

type Right = Parameters<ClusterReader['may']>[0];

/** Asks the API server whether we have a right (SelfSubjectAccessReview). A resource may be `pods/eviction`. */
export async function mayI(transport: Transport, right: Right, signal: AbortSignal): Promise<Fetched<boolean>> {
  const [resource = '', subresource] = right.resource.split('/');
  const { verb, group, namespace, name } = right;
  const resourceAttributes = {
    verb,
    group,
    resource,
    ...(subresource ? { subresource } : {}),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const reply = await transport.send({ method: 'POST', path, body, repeatable: true }, signal);
  if (!reply.ok) return unread(reply.why, reply.detail);
  const allowed = at(parseJson(reply.text), 'status.allowed');
  if (reply.status === 201 && typeof allowed === 'boolean') return { ok: true, value: allowed };
  const { code, message } = statusOf(reply);
  if (code === 403)
    return { ...unread('forbidden', message), needs: 'create selfsubjectaccessreviews.authorization.k8s.io' };
  return unread(
    'unreadable',
    `Asked whether "${right.verb} ${right.resource}" is allowed, the API server answers ${code}: ${message}`,
  );
}
