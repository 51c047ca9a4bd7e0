import { createHash, X509Certificate } from 'node:crypto';
import { bufferFromFileOrString } from '@kubernetes/client-node/dist/config.js';
import type { Cluster } from '@kubernetes/client-node/dist/config_types.js';
import { ExpectedStop } from '../../core/failure.ts';
import { textAt } from '../../core/kubernetes/field.ts';
import { kinds, pathOf } from '../../core/kubernetes/kinds.ts';
import type { ClusterIdentity } from '../../core/outside/cluster-reader.ts';
import { parseJson } from './api-status.ts';
import type { FoundCluster } from './find-cluster.ts';
import type { Transport } from './transport.ts';

/**
 * Which cluster answers. Its uid is null where the namespace kube-system may not be read. Throws ExpectedStop('no-connection') where
 * no API server answers, or not to this login: there is nothing to look at then.
 */
export async function identify(
  transport: Transport,
  found: FoundCluster,
  signal: AbortSignal,
): Promise<ClusterIdentity> {
  const path = pathOf(kinds.Namespace, undefined, 'kube-system');
  const reply = await transport.send({ method: 'GET', path, repeatable: true }, signal);
  if (!reply.ok)
    throw new ExpectedStop('no-connection', reply.detail, [
      `The context is "${found.context}"; --context chooses another.`,
    ]);
  return {
    context: found.context,
    server: found.cluster.server,
    caFingerprint: caFingerprintOf(found.cluster),
    uid: reply.status === 200 ? (textAt(parseJson(reply.text), 'metadata.uid') ?? null) : null,
    namespace: found.namespace,
  };
}

/**
 * SHA-256 of the DER of the kubeconfig's authority, hex; null where it names none, or none is checked. Of several (a rotation), that
 * of all of them, sorted, so that their order does not matter.
 */
function caFingerprintOf(cluster: Cluster): string | null {
  if (cluster.skipTLSVerify) return null;
  const pem = bufferFromFileOrString(cluster.caFile, cluster.caData)?.toString('utf8') ?? '';
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return null;
  const ders = blocks.map((block) => new X509Certificate(block).raw).toSorted(Buffer.compare);
  return createHash('sha256').update(Buffer.concat(ders)).digest('hex');
}
