import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { ApiClient, Json } from './api-client.ts';
import type { ApiServer } from './api-server.ts';
import type { Ground } from './part.ts';
import { kubeconfigFile, users } from './users.ts';
import { until } from './waiting.ts';

const objectsFolder = join(import.meta.dirname, 'objects');
const asFile = promisify(execFile);

async function create(ground: Ground, api: ApiServer, file: string): Promise<void> {
  // Validation would fetch the whole OpenAPI document, which the API server builds anew for every definition.
  const args = ['--kubeconfig', kubeconfigFile(api.folder, users.bed), 'create', '--validate=false', '-f', file];
  await asFile(join(ground.parts, 'kubectl'), args);
}

/** create drops a status, so what stands in an installation's status is written after it. */
async function writeStatuses(api: ApiClient): Promise<void> {
  for (const document of parseAllDocuments(readFileSync(join(objectsFolder, 'ingress-nginx.yaml'), 'utf8'))) {
    const object = document.toJS();
    if (object.kind !== 'Service') continue;
    const { namespace, name } = object.metadata;
    await api.mergePatch(`/api/v1/namespaces/${namespace}/services/${name}/status`, { status: object.status });
  }
}

/** The objects that the platform's installations would have left: versions and selectors are found in them. */
export async function installPlatform(ground: Ground, api: ApiServer): Promise<void> {
  await create(ground, api, objectsFolder);
  await writeStatuses(api.asBed);
}

/** Until the installations' pods are there: what looks for them then finds them from the start. */
export async function platformReady(api: ApiClient): Promise<void> {
  await until('the pods of the installations', async () => {
    const { items } = await api.get('/apis/apps/v1/deployments');
    return items.every((each: Json) => each.status?.readyReplicas === each.spec.replicas) || undefined;
  });
}
