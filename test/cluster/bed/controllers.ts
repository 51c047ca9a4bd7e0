import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ports, resolverOption } from './addresses.ts';
import type { ApiServer } from './api-server.ts';
import type { Authority } from './authority.ts';
import { flags, type Ground, type Part, startPart } from './part.ts';
import { kubeconfigFile, type User, users } from './users.ts';

/** A first retry that a test can wait for; cert-manager's own default is an hour. */
const secondsOfBackoff = process.env['BED_BACKOFF_SECONDS'] ?? '20';

const as = (api: ApiServer, user: User) => ({ kubeconfig: kubeconfigFile(api.folder, user) });

export function startKubernetesControllers(ground: Ground, api: ApiServer): readonly Part[] {
  const alone = { 'leader-elect': false, 'secure-port': 0 };
  return [
    startPart(
      ground,
      'kube-controller-manager',
      flags({
        ...as(api, users.controllerManager),
        ...alone,
        'use-service-account-credentials': true,
        'service-account-private-key-file': api.serviceAccountKeyFile,
        'root-ca-file': api.caFile,
        'horizontal-pod-autoscaler-sync-period': '2s',
      }),
    ),
    startPart(ground, 'kube-scheduler', flags({ ...as(api, users.scheduler), ...alone })),
  ];
}

/** cert-manager, which resolves by the bed's DNS alone and trusts this authority as it would trust public ones. */
export function startCertManager(
  ground: Ground,
  api: ApiServer,
  trusted: Authority,
  more: Readonly<Record<string, string>> = {},
): Part {
  const roots = join(ground.folder, 'public-ca.pem');
  writeFileSync(roots, trusted.certificate);
  return startPart(
    ground,
    'cert-manager',
    flags({
      ...as(api, users.certManager),
      'acme-http01-solver-nameservers': resolverOption,
      'certificate-request-minimum-backoff-duration': `${secondsOfBackoff}s`,
      // At the address of its pod too, where Prometheus looks for it.
      'metrics-listen-address': '0.0.0.0:9402',
      ...more,
    }),
    { environment: { SSL_CERT_FILE: roots, SSL_CERT_DIR: '/nonexistent' }, inPod: true },
  );
}

/** cert-manager's webhook, at every address of the bed: who asks it is for a test to say, by a configuration and a Service. */
export function startCertManagerWebhook(ground: Ground, api: ApiServer, authority: Authority): Part {
  const pair = authority.issue({ name: 'cert-manager-webhook', names: ['cert-manager-webhook.cert-manager.svc'] });
  const certificate = join(ground.folder, 'cert-manager-webhook.pem');
  const key = join(ground.folder, 'cert-manager-webhook.key');
  writeFileSync(certificate, pair.certificate);
  writeFileSync(key, pair.key, { mode: 0o600 });
  return startPart(
    ground,
    'cert-manager-webhook',
    flags({
      ...as(api, users.certManager),
      'secure-port': ports.certManagerWebhook,
      'tls-cert-file': certificate,
      'tls-private-key-file': key,
    }),
  );
}

/**
 * The operator knows no kubeconfig: a client certificate is its way in. One of another name may run beside the first, with flags of its
 * own.
 */
export function startPrometheusOperator(
  ground: Ground,
  api: ApiServer,
  authority: Authority,
  {
    name = 'prometheus-operator',
    more = {},
  }: { readonly name?: string; readonly more?: Readonly<Record<string, string>> } = {},
): Part {
  const pair = authority.issue({ name: users.prometheusOperator.name });
  const certificate = join(ground.folder, `${name}.pem`);
  const key = join(ground.folder, `${name}.key`);
  writeFileSync(certificate, pair.certificate);
  writeFileSync(key, pair.key, { mode: 0o600 });
  return startPart(
    ground,
    name,
    flags({
      apiserver: api.server,
      'ca-file': api.caFile,
      'cert-file': certificate,
      'key-file': key,
      'feature-gates': 'StatusForConfigurationResources=true',
      'web.listen-address': '127.0.0.1:0',
      ...more,
    }),
    { inPod: true, program: 'prometheus-operator' },
  );
}
