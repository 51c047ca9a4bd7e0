import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse, stringify } from 'yaml';
import type { Json } from './api-client.ts';
import type { ApiServer } from './api-server.ts';
import { flags, type Ground, type Part, startPart } from './part.ts';
import { tokenOf, users } from './users.ts';
import { until } from './waiting.ts';

export type Prometheus = {
  /** Runs Prometheus as the pod of the Prometheus object monitoring/k8s, and gives its address. */
  readonly start: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

const secretPath = '/api/v1/namespaces/monitoring/secrets/prometheus-k8s';
const assetsPath = '/api/v1/namespaces/monitoring/secrets/prometheus-k8s-tls-assets-0';
const rulesPath = '/api/v1/namespaces/monitoring/configmaps?labelSelector=prometheus-name%3Dk8s';
const podPath = '/api/v1/namespaces/monitoring/pods/prometheus-k8s-0';

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

/** What the operator generated, whenever it changes, as its config-reloader does. */
export function preparePrometheus(ground: Ground, api: ApiServer): Prometheus {
  const file = join(ground.folder, 'prometheus.yaml');
  const rules = join(ground.folder, 'prometheus-rules');
  const assets = join(ground.folder, 'prometheus-certs');
  let part: Part | undefined;
  let reloading: NodeJS.Timeout | undefined;
  let written = '';

  const generated = async (): Promise<string | undefined> => {
    const secret = await api.asBed.find(secretPath);
    const zipped = secret?.data?.['prometheus.yaml.gz'];
    return zipped === undefined
      ? undefined
      : outsideOfAPod(gunzipSync(Buffer.from(zipped, 'base64')).toString(), api, rules, assets);
  };
  /** What the operator made of all PrometheusRules, as a pod would have them mounted. */
  const generatedRules = async (): Promise<Readonly<Record<string, string>>> => {
    const { items } = await api.asBed.get(rulesPath);
    return Object.assign({}, ...items.map((map: Json) => map.data ?? {}));
  };
  const refresh = async (): Promise<void> => {
    const now = await generated();
    if (now === undefined) return;
    const ruleFiles = await generatedRules();
    // Keys and certificates that monitors refer to, which a pod would have mounted.
    const certificates = (await api.asBed.find(assetsPath))?.data ?? {};
    const whole = JSON.stringify([now, ruleFiles, certificates]);
    if (whole === written) return;
    written = whole;
    rmSync(rules, { recursive: true, force: true });
    mkdirSync(rules, { recursive: true });
    for (const [name, text] of Object.entries(ruleFiles)) writeFileSync(join(rules, name), text);
    mkdirSync(assets, { recursive: true });
    for (const [name, text] of Object.entries(certificates))
      writeFileSync(join(assets, name), Buffer.from(text as string, 'base64'), { mode: 0o600 });
    writeFileSync(file, now);
    part?.signal('SIGHUP');
  };

  return {
    start: async () => {
      const address = await until(
        'the pod of Prometheus',
        async () => (await api.asBed.find(podPath))?.status?.podIP as string | undefined,
      );
      if (part?.running()) return address;
      await until('the configuration of Prometheus', generated);
      await refresh();
      const options = {
        'config.file': file,
        'storage.tsdb.path': join(ground.folder, 'prometheus-data'),
        'web.listen-address': `${address}:9090`,
      };
      part = startPart(ground, 'prometheus', flags(options));
      reloading = setInterval(
        () => void refresh().catch((error: Error) => console.error(`bed: prometheus: ${error.message}`)),
        1000,
      );
      reloading.unref();
      await until('Prometheus', async () => ((await fetch(`http://${address}:9090/-/ready`)).ok ? true : undefined));
      return address;
    },
    stop: async () => {
      clearInterval(reloading);
      await part?.stop();
      part = undefined;
      written = '';
    },
  };
}
