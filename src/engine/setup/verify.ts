import type { Fetched } from '../../core/fetched.ts';
import { type Kind, kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { verify } from '../../core/setup/applying/checks.ts';
import type { VerifyFacts } from '../../core/setup/effect.ts';
import { type EnvironmentName, issuerNames, namespaces } from '../../core/setup/settings.ts';
import type { Cluster, DeployPorts } from '../deploy/ports.ts';

/** Looks at an environment from inside and from here, and judges it. Reads only. */
export async function verifyEnvironment(
  ports: DeployPorts,
  cluster: Cluster,
  {
    environment,
    host,
    context,
  }: { readonly environment: EnvironmentName; readonly host: string; readonly context: string },
  signal: AbortSignal,
): Promise<VerifyFacts> {
  const namespace = namespaces[environment];
  const get = (kind: Kind, name: string): Promise<Fetched<KubernetesObject>> =>
    cluster.reader.look({ at: 'get', kind, name, ...(kind.namespaced ? { namespace } : {}) }, signal);
  const [issuer, certificate, secret, deployment, ingress, dns, runbook] = await Promise.all([
    get(kinds.ClusterIssuer, issuerNames[environment]),
    get(kinds.Certificate, 'auth-tls-cert'),
    get(kinds.Secret, 'auth-tls-secret'),
    get(kinds.Deployment, 'auth-service'),
    get(kinds.Ingress, 'auth-ingress'),
    ports.outside({ at: 'dns', name: host }, signal),
    ports.diagnose(context, environment, signal),
  ]);
  const address = dns.ok ? (dns.value.a[0] ?? dns.value.aaaa[0]) : undefined;
  const [tls, https] =
    address === undefined
      ? [undefined, undefined]
      : await Promise.all([
          ports.outside({ at: 'tls', host, address, port: 443 }, signal),
          ports.outside({ at: 'http', url: `https://${host}/health`, address }, signal),
        ]);
  return verify({
    host,
    now: ports.clock.now(),
    issuer,
    certificate,
    secret,
    deployment,
    ingress,
    dns,
    tls,
    https,
    runbook,
  });
}
