import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { networks, ports } from './addresses.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import type { Authority } from './authority.ts';
import { newKey } from './authority.ts';
import { seedDefinitions } from './definitions.ts';
import { flags, type Ground, startPart } from './part.ts';
import { tokenOf, users, writeKubeconfigs, writeTokens } from './users.ts';
import { until } from './waiting.ts';

export type ApiServer = {
  readonly server: string;
  readonly etcd: string;
  readonly folder: string;
  readonly auditFile: string;
  readonly caFile: string;
  readonly serviceAccountKeyFile: string;
  readonly asBed: ApiClient;
  readonly stop: () => Promise<void>;
};

/**
 * Every change, dry or not, with who asked for what and how it ended. RequestReceived is written before the request is
 * answered: a reader of the log can tell a request that is not written yet from one that never was.
 */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  rules: [
    { level: 'None', verbs: ['get', 'list', 'watch'] },
    { level: 'None', resources: [{ group: 'coordination.k8s.io' }] },
    { level: 'None', users: [users.kwok.name, users.bed.name] },
    { level: 'Metadata' },
  ],
};

/** etcd and an API server; nothing else writes into them, so a status that is planted here stays. */
export async function startApiServer(
  ground: Ground,
  address: string,
  authority: Authority,
  name = '',
): Promise<ApiServer> {
  const folder = join(ground.folder, name === '' ? 'cluster' : name);
  mkdirSync(folder, { recursive: true });
  const file = (leaf: string, content?: string): string => {
    const path = join(folder, leaf);
    if (content !== undefined) writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const here: Ground = { parts: ground.parts, folder };
  const server = `https://${address}:${ports.apiServer}`;
  const etcd = `http://${address}:${ports.etcd}`;
  const serving = authority.issue({
    name: 'kube-apiserver',
    names: [address, '127.0.0.1', 'localhost', 'kubernetes.default.svc'],
  });
  const caFile = file('ca.pem', authority.certificate);
  const serviceAccountKeyFile = file('service-accounts.key', newKey());
  const auditFile = file('audit.jsonl', '');

  const store = startPart(
    here,
    'etcd',
    flags({
      'data-dir': file('etcd'),
      'unsafe-no-fsync': true,
      'log-level': 'warn',
      'listen-client-urls': etcd,
      'advertise-client-urls': etcd,
      'listen-peer-urls': `http://${address}:2380`,
    }),
  );
  await until('etcd to be ready', async () => ((await fetch(`${etcd}/health`)).ok ? true : undefined));
  await seedDefinitions(ground, etcd);
  const api = startPart(
    here,
    'kube-apiserver',
    flags({
      'etcd-servers': etcd,
      // Readable in etcd, so that what the API itself never lets anybody write can be planted there.
      'storage-media-type': 'application/json',
      'bind-address': address,
      'secure-port': ports.apiServer,
      // A loopback address cannot be advertised; without a reconciler nobody hears of it.
      'advertise-address': '10.244.0.1',
      'endpoint-reconciler-type': 'none',
      'service-cluster-ip-range': networks.services,
      'tls-cert-file': file('serving.pem', serving.certificate),
      'tls-private-key-file': file('serving.key', serving.key),
      'client-ca-file': caFile,
      'token-auth-file': writeTokens(folder),
      'anonymous-auth': false,
      'authorization-mode': 'RBAC',
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': serviceAccountKeyFile,
      'service-account-signing-key-file': serviceAccountKeyFile,
      'allow-privileged': true,
      'audit-policy-file': file('audit-policy.json', JSON.stringify(auditPolicy)),
      'audit-log-path': auditFile,
      // Never begun anew: a mark is a place in this one file.
      'audit-log-maxsize': 0,
      // Nothing carries the addresses of Services here: what stands behind one is called directly.
      'enable-aggregator-routing': true,
      // The names of nodes resolve nowhere here.
      'kubelet-preferred-address-types': 'InternalIP',
      'kubelet-certificate-authority': caFile,
    }),
  );
  writeKubeconfigs(folder, server, caFile);

  const asBed = apiClient(server, authority.certificate, tokenOf(users.bed));
  await until(
    'the API server to be ready',
    async () => {
      if (![store, api].every((part) => part.running())) throw new Error('it ended');
      return (await asBed.request('GET', '/readyz')).status === 200 ? true : undefined;
    },
    90,
  );
  return {
    server,
    etcd,
    folder,
    auditFile,
    caFile,
    serviceAccountKeyFile,
    asBed,
    stop: async () => {
      await api.stop();
      await store.stop();
    },
  };
}
