import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { networks, ports, resolverOption } from './addresses.ts';
import type { ApiServer } from './api-server.ts';
import type { Authority } from './authority.ts';
import { type Ground, type Part, startPart } from './part.ts';
import { kubeconfigFile, users } from './users.ts';

const secondsOfBackoff = 20;

/** Starts Kubernetes' own controllers; kwok stands for the kubelets of nodes that do not exist. */
export function startKubernetesControllers(ground: Ground, api: ApiServer, stages: string): readonly Part[] {
  const as = (user: { readonly name: string }) => ['--kubeconfig', kubeconfigFile(api.folder, user)];
  return [
    startPart(ground, 'kube-controller-manager', [
      ...as(users.controllerManager),
      ...['--leader-elect=false', '--secure-port', '0', '--use-service-account-credentials'],
      ...['--service-account-private-key-file', api.serviceAccountKeyFile, '--root-ca-file', api.caFile],
    ]),
    startPart(ground, 'kube-scheduler', [...as(users.scheduler), '--leader-elect=false', '--secure-port', '0']),
    startPart(ground, 'kwok', [
      ...as(users.kwok),
      ...[
        '--config',
        stages,
        '--manage-all-nodes',
        '--cidr',
        networks.pods,
        '--server-address',
        `0.0.0.0:${ports.kubelet}`,
      ],
    ]),
  ];
}

/** cert-manager, resolving by the bed's DNS alone, with a first retry that a test can wait for. */
export function startCertManager(ground: Ground, api: ApiServer, trusted: string): Part {
  return startPart(
    ground,
    'cert-manager',
    [
      ...[
        '--kubeconfig',
        kubeconfigFile(api.folder, users.certManager),
        '--acme-http01-solver-nameservers',
        resolverOption,
      ],
      ...[
        '--certificate-request-minimum-backoff-duration',
        `${process.env['BED_BACKOFF_SECONDS'] ?? secondsOfBackoff}s`,
      ],
    ],
    // Go reads its trusted roots from these alone.
    { SSL_CERT_FILE: trusted, SSL_CERT_DIR: '/nonexistent' },
  );
}

/** The operator knows no kubeconfig: a client certificate is its way in. */
export function startPrometheusOperator(ground: Ground, api: ApiServer, authority: Authority): Part {
  const pair = authority.issue({ name: users.prometheusOperator.name });
  const certificate = join(ground.folder, 'prometheus-operator.pem');
  const key = join(ground.folder, 'prometheus-operator.key');
  writeFileSync(certificate, pair.certificate);
  writeFileSync(key, pair.key, { mode: 0o600 });
  return startPart(ground, 'prometheus-operator', [
    ...['--apiserver', api.server, '--ca-file', api.caFile, '--cert-file', certificate, '--key-file', key],
    ...['--feature-gates', 'StatusForConfigurationResources=true', '--web.listen-address', '127.0.0.1:0'],
  ]);
}
