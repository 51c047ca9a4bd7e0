import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse, stringify } from 'yaml';
import type { Json } from './api-client.ts';
import type { ApiServer } from './api-server.ts';
import { type MountedPart, mountedPart } from './mounted-part.ts';
import type { Ground } from './part.ts';
import { tokenOf, users } from './users.ts';

const secretPath = '/api/v1/namespaces/monitoring/secrets/prometheus-k8s';
const assetsPath = '/api/v1/namespaces/monitoring/secrets/prometheus-k8s-tls-assets-0';
const rulesPath = '/api/v1/namespaces/monitoring/configmaps?labelSelector=prometheus-name%3Dk8s';

/**
 * In a pod, Prometheus would find the API server and its token by itself; here they are written into each discovery. Rules are evaluated
 * every second, so that no test waits for them.
 */
function outsideOfAPod(configuration: string, api: ApiServer, rules: string, assets: string): string {
  const parsed = parse(
    configuration.replaceAll('$(SHARD)', '0').replaceAll('/etc/prometheus/certs/', `${assets}/`),
  ) as Json;
  for (const job of [...(parsed.scrape_configs ?? []), ...(parsed.alerting?.alertmanagers ?? [])]) {
    for (const discovery of job.kubernetes_sd_configs ?? []) {
      discovery.api_server = api.server;
      discovery.authorization = { type: 'Bearer', credentials: tokenOf(users.prometheus) };
      discovery.tls_config = { ca_file: api.caFile };
    }
  }
  return stringify({
    ...parsed,
    global: { ...parsed.global, evaluation_interval: '1s' },
    rule_files: [join(rules, '*.yaml')],
  });
}

/** Prometheus as the pod of the Prometheus object monitoring/k8s, with what the operator generated. */
export function preparePrometheus(ground: Ground, api: ApiServer): MountedPart {
  const file = join(ground.folder, 'prometheus.yaml');
  const rules = join(ground.folder, 'prometheus-rules');
  const assets = join(ground.folder, 'prometheus-certs');
  return mountedPart(
    { ground, api },
    {
      name: 'prometheus',
      pod: '/api/v1/namespaces/monitoring/pods/prometheus-k8s-0',
      port: 9090,
      mount: async () => {
        const zipped = (await api.asBed.find(secretPath))?.data?.['prometheus.yaml.gz'];
        if (zipped === undefined) return undefined;
        const configuration = outsideOfAPod(gunzipSync(Buffer.from(zipped, 'base64')).toString(), api, rules, assets);
        // What the operator made of all PrometheusRules.
        const { items } = await api.asBed.get(rulesPath);
        const ruleFiles: Readonly<Record<string, string>> = Object.assign(
          {},
          ...items.map((map: Json) => map.data ?? {}),
        );
        // Keys and certificates that monitors refer to.
        const certificates: Readonly<Record<string, string>> = (await api.asBed.find(assetsPath))?.data ?? {};
        return {
          whole: JSON.stringify([configuration, ruleFiles, certificates]),
          write: () => {
            rmSync(rules, { recursive: true, force: true });
            mkdirSync(rules, { recursive: true });
            for (const [name, text] of Object.entries(ruleFiles)) writeFileSync(join(rules, name), text);
            mkdirSync(assets, { recursive: true });
            for (const [name, text] of Object.entries(certificates))
              writeFileSync(join(assets, name), Buffer.from(text, 'base64'), { mode: 0o600 });
            writeFileSync(file, configuration);
          },
        };
      },
      options: { 'config.file': file, 'storage.tsdb.path': join(ground.folder, 'prometheus-data') },
    },
  );
}
