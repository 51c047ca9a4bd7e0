import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ApiServer } from './api-server.ts';
import { type MountedPart, mountedPart } from './mounted-part.ts';
import type { Ground } from './part.ts';

const secretPath = '/api/v1/namespaces/monitoring/secrets/alertmanager-main-generated';

/** Alertmanager as the pod of the Alertmanager object monitoring/main, with the configuration that the operator generated. */
export function prepareAlertmanager(ground: Ground, api: ApiServer): MountedPart {
  const file = join(ground.folder, 'alertmanager.yaml');
  return mountedPart(
    { ground, api },
    {
      name: 'alertmanager',
      pod: '/api/v1/namespaces/monitoring/pods/alertmanager-main-0',
      port: 9093,
      mount: async () => {
        const zipped = (await api.asBed.find(secretPath))?.data?.['alertmanager.yaml.gz'];
        if (zipped === undefined) return undefined;
        return { whole: zipped, write: () => writeFileSync(file, gunzipSync(Buffer.from(zipped, 'base64'))) };
      },
      options: {
        'config.file': file,
        'storage.path': join(ground.folder, 'alertmanager-data'),
        // Alone: it looks for no others.
        'cluster.listen-address': '',
      },
    },
  );
}
