import { writeFileSync } from 'node:fs';
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
const podPath = '/api/v1/namespaces/monitoring/pods/prometheus-k8s-0';

/** In a pod, Prometheus would find the API server and its token by itself; here they are written into each discovery. */
function outsideOfAPod(configuration: string, api: ApiServer): string {
  const parsed = parse(configuration.replaceAll('$(SHARD)', '0')) as Json;
  for (const job of parsed.scrape_configs ?? []) {
    for (const discovery of job.kubernetes_sd_configs ?? []) {
      discovery.api_server = api.server;
      discovery.authorization = { type: 'Bearer', credentials: tokenOf(users.prometheus) };
      discovery.tls_config = { ca_file: api.caFile };
    }
  }
  const { rule_files: _rules, ...rest } = parsed;
  return stringify(rest);
}

/** What the operator generated, whenever it changes, as its config-reloader does. */
export function preparePrometheus(ground: Ground, api: ApiServer): Prometheus {
  const file = join(ground.folder, 'prometheus.yaml');
  let part: Part | undefined;
  let reloading: NodeJS.Timeout | undefined;
  let written = '';

  const generated = async (): Promise<string | undefined> => {
    const secret = await api.asBed.find(secretPath);
    const zipped = secret?.data?.['prometheus.yaml.gz'];
    return zipped === undefined ? undefined : outsideOfAPod(gunzipSync(Buffer.from(zipped, 'base64')).toString(), api);
  };
  const refresh = async (): Promise<void> => {
    const now = await generated();
    if (now === undefined || now === written) return;
    written = now;
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
