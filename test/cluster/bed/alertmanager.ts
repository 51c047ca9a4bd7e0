import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ApiServer } from './api-server.ts';
import { flags, type Ground, type Part, startPart } from './part.ts';
import { until } from './waiting.ts';

export type Alertmanager = {
  /** Runs Alertmanager as the pod of the Alertmanager object monitoring/main, and gives its address. */
  readonly start: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

const secretPath = '/api/v1/namespaces/monitoring/secrets/alertmanager-main-generated';
const podPath = '/api/v1/namespaces/monitoring/pods/alertmanager-main-0';

/** With the configuration that the operator generated, read anew whenever that changes. */
export function prepareAlertmanager(ground: Ground, api: ApiServer): Alertmanager {
  const file = join(ground.folder, 'alertmanager.yaml');
  let part: Part | undefined;
  let reloading: NodeJS.Timeout | undefined;
  let written = '';

  const refresh = async (): Promise<true | undefined> => {
    const zipped = (await api.asBed.find(secretPath))?.data?.['alertmanager.yaml.gz'];
    if (zipped === undefined) return undefined;
    if (zipped === written) return true;
    written = zipped;
    writeFileSync(file, gunzipSync(Buffer.from(zipped, 'base64')));
    part?.signal('SIGHUP');
    return true;
  };

  return {
    start: async () => {
      const address = await until(
        'the pod of Alertmanager',
        async () => (await api.asBed.find(podPath))?.status?.podIP as string | undefined,
      );
      await until('the configuration of Alertmanager', refresh);
      if (part?.running()) return address;
      const options = {
        'config.file': file,
        'storage.path': join(ground.folder, 'alertmanager-data'),
        'web.listen-address': `${address}:9093`,
        // Alone: it looks for no others.
        'cluster.listen-address': '',
      };
      part = startPart(ground, 'alertmanager', flags(options));
      reloading = setInterval(
        () => void refresh().catch((error: Error) => console.error(`bed: alertmanager: ${error.message}`)),
        1000,
      );
      reloading.unref();
      await until('Alertmanager', async () => ((await fetch(`http://${address}:9093/-/ready`)).ok ? true : undefined));
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
