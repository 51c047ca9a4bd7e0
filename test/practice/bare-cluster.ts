import { kinds } from '../../src/core/kubernetes/kinds.ts';
import { everything, type User } from '../../src/practice/access.ts';
import { answerRequest } from '../../src/practice/api.ts';
import { baseWorld } from '../../src/practice/base-cluster.ts';
import type { Cluster } from '../../src/practice/cluster.ts';
import { randomNames } from '../../src/practice/random-names.ts';
import { type PracticeServer, startServer } from '../../src/practice/server.ts';
import { Store } from '../../src/practice/store.ts';
import { asker } from './ask.ts';

/** A practice API without controllers: one namespace `app`, the CRDs of Certificates and ServiceMonitors, two users. */
export async function bareCluster(): Promise<{
  readonly cluster: Cluster;
  readonly server: PracticeServer;
  readonly ask: ReturnType<typeof asker>;
  readonly askAs: (token: string) => ReturnType<typeof asker>;
}> {
  const cluster: Cluster = { store: new Store(), now: () => new Date('2026-11-23T05:00:00Z'), names: randomNames() };
  cluster.store.put(kinds.Namespace, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'app', uid: 'uid-of-app' },
  });
  for (const name of [
    'certificates.cert-manager.io',
    'challenges.acme.cert-manager.io',
    'servicemonitors.monitoring.coreos.com',
  ]) {
    cluster.store.put(kinds.CustomResourceDefinition, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name },
    });
  }
  const users: Readonly<Record<string, User>> = {
    admin: { name: 'admin', rules: everything },
    viewer: {
      name: 'viewer',
      rules: [{ apiGroups: [''], resources: ['pods', 'configmaps'], verbs: ['get', 'list'], namespace: 'app' }],
    },
  };
  const server = await startServer({
    answer: (request) => answerRequest(cluster, request, { refused: [], world: baseWorld() }),
    userOf: (token) => users[token],
    now: cluster.now,
  });
  const askAs = (token: string) => asker(server.url, server.authority, token);
  return { cluster, server, ask: askAs('admin'), askAs };
}
