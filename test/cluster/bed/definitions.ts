import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Json } from './api-client.ts';
import type { ApiServer } from './api-server.ts';
import type { Ground } from './part.ts';
import { kubeconfigFile, users } from './users.ts';
import { until } from './waiting.ts';

/**
 * The custom resource definitions of cert-manager and prometheus-operator. Created one by one they keep an API server
 * busy for more than ten seconds, so the first bed keeps what they became in etcd, and later ones start from that.
 */
const keptFile = (ground: Ground): string => join(ground.parts, 'definitions.json');

/** Their keys in etcd, and the end of that range, as etcd's JSON gateway wants them. */
const firstKey = '/registry/apiextensions.k8s.io/customresourcedefinitions/';
const range = { key: btoa(firstKey), range_end: btoa(firstKey.replace(/\/$/, '0')) };

async function gateway(etcd: string, action: 'put' | 'range', body: object): Promise<Json> {
  const response = await fetch(`${etcd}/v3/kv/${action}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`etcd: ${action}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Puts the kept definitions into an etcd that no API server has read yet. */
export async function seedDefinitions(ground: Ground, etcd: string): Promise<void> {
  if (!existsSync(keptFile(ground))) return;
  const kept: Json = JSON.parse(readFileSync(keptFile(ground), 'utf8'));
  for (const { key, value } of kept) await gateway(etcd, 'put', { key, value });
}

async function served(api: ApiServer): Promise<true | undefined> {
  const { items } = await api.asBed.get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
  const established = (each: Json) =>
    each.status?.conditions?.some((c: Json) => c.type === 'Established' && c.status === 'True');
  return items.length > 0 && items.every(established) ? true : undefined;
}

export async function installDefinitions(ground: Ground, api: ApiServer): Promise<void> {
  if (!existsSync(keptFile(ground))) {
    for (const folder of ['cert-manager-crds', 'prometheus-operator-crds']) {
      const args = ['--kubeconfig', kubeconfigFile(api.folder, users.bed), 'create', '--validate=false'];
      await promisify(execFile)(join(ground.parts, 'kubectl'), [...args, '-f', join(ground.parts, folder)]);
    }
    await until('the custom resources to be served', () => served(api), 90);
    const { kvs } = await gateway(api.etcd, 'range', range);
    const unfinished = `${keptFile(ground)}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(kvs.map(({ key, value }: Json) => ({ key, value }))));
    renameSync(unfinished, keptFile(ground));
  }
  await until('the custom resources to be served', () => served(api));
}
