import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AcmeAuthority, startAcmeAuthority } from './acme-authority.ts';
import { addresses, resolverOption } from './addresses.ts';
import { prepareAlertmanager } from './alertmanager.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { newAuthority } from './authority.ts';
import {
  startCertManager,
  startCertManagerWebhook,
  startKubernetesControllers,
  startPrometheusOperator,
} from './controllers.ts';
import { installDefinitions } from './definitions.ts';
import type { BedDescription } from './description.ts';
import { type Dns, startDns } from './dns-server.ts';
import { type Ingress, startIngress } from './ingress/server.ts';
import { installPlatform, platformReady } from './installations.ts';
import { startKubelets } from './kubelets.ts';
import { type MetricsApi, startMetricsApi } from './metrics-api.ts';
import type { MountedPart } from './mounted-part.ts';
import { configureNetwork } from './network.ts';
import { createNodes } from './nodes.ts';
import type { Ground, Part } from './part.ts';
import { type PodServers, startPodServers } from './pod-servers.ts';
import { preparePrometheus } from './prometheus.ts';

export type Standing = {
  readonly description: BedDescription;
  readonly api: ApiServer;
  readonly dns: Dns;
  readonly ingress: Ingress;
  readonly pods: PodServers;
  readonly acme: Readonly<Record<'staging' | 'production', AcmeAuthority>>;
  readonly prometheus: MountedPart;
  readonly alertmanager: MountedPart;
  readonly metrics: MetricsApi;
  readonly parts: ReadonlyMap<string, Part>;
  /** Ends cert-manager and starts it anew, with these flags more. */
  readonly restartCertManager: (more: Readonly<Record<string, string>>) => Promise<void>;
  readonly startCertManagerWebhook: () => Part;
  /** Another prometheus-operator beside the first. */
  readonly secondOperator: (more: Readonly<Record<string, string>>) => Part;
  readonly startBare: () => Promise<ApiServer>;
};

/** By these names the issuers of the project's own manifests reach the ACME servers here, unchanged. */
const letsEncrypt = {
  staging: 'acme-staging-v02.api.letsencrypt.org',
  production: 'acme-v02.api.letsencrypt.org',
} as const;

/** Builds the whole bed up, inside the namespace that it has for itself. */
export async function standUp(ground: Ground): Promise<Standing> {
  configureNetwork(ground.folder);
  const file = (leaf: string, content: string): string => {
    const path = join(ground.folder, leaf);
    writeFileSync(path, content);
    return path;
  };
  const clusterCa = newAuthority('bed cluster');
  const acmeCa = newAuthority('bed acme');
  const publicCa = newAuthority('bed public');
  const acmeCaFile = file('acme-ca.pem', acmeCa.certificate);

  const dns = await startDns({
    [letsEncrypt.staging]: { a: [addresses.acmeStaging] },
    [letsEncrypt.production]: { a: [addresses.acmeProduction] },
  });
  const acmeStarts = Promise.all([
    startAcmeAuthority(
      ground,
      { name: 'staging', address: addresses.acmeStaging, publicName: letsEncrypt.staging },
      acmeCa,
      publicCa,
    ),
    startAcmeAuthority(
      ground,
      { name: 'production', address: addresses.acmeProduction, publicName: letsEncrypt.production },
      acmeCa,
      publicCa,
    ),
  ]);
  const api = await startApiServer(ground, addresses.apiServer, clusterCa);
  const kubernetes = [...startKubernetesControllers(ground, api), startKubelets(ground, api, clusterCa)];
  await createNodes(api.asBed);
  const metrics = await startMetricsApi(api.asBed, clusterCa);
  await installDefinitions(ground, api);
  await installPlatform(ground, api);
  const [staging, production] = await acmeStarts;
  const controllers = [
    ...kubernetes,
    startCertManager(ground, api, publicCa),
    startPrometheusOperator(ground, api, clusterCa),
  ];
  const ingress = await startIngress(api.asBed);
  const pods = await startPodServers(api.asBed);
  await platformReady(api.asBed);

  const parts = new Map(controllers.map((part) => [part.name, part]));

  let bare: ApiServer | undefined;
  return {
    description: {
      parts: ground.parts,
      folder: ground.folder,
      clusterFolder: api.folder,
      server: api.server,
      auditFile: api.auditFile,
      resolver: resolverOption,
      acmeCaFile,
      acme: {
        staging: { directory: staging.directory, rootsFile: staging.rootsFile },
        production: { directory: production.directory, rootsFile: production.rootsFile },
      },
    },
    api,
    dns,
    ingress,
    pods,
    acme: { staging, production },
    prometheus: preparePrometheus(ground, api),
    alertmanager: prepareAlertmanager(ground, api),
    metrics,
    parts,
    restartCertManager: async (more) => {
      await parts.get('cert-manager')?.stop();
      parts.set('cert-manager', startCertManager(ground, api, publicCa, more));
    },
    startCertManagerWebhook: () => startCertManagerWebhook(ground, api, clusterCa),
    secondOperator: (more) => startPrometheusOperator(ground, api, clusterCa, { name: 'second-operator', more }),
    startBare: async () => {
      if (bare !== undefined) return bare;
      bare = await startApiServer(ground, addresses.bareApiServer, clusterCa, 'bare');
      await installDefinitions(ground, bare);
      return bare;
    },
  };
}
