import { condition, textAt } from '../../src/core/kubernetes/field.ts';
import { type KindName, kinds } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { type HealStep, scenarioSchema, type World } from '../../src/core/scenario.ts';
import { baseWorld } from '../../src/practice/base-cluster.ts';
import { changeByHand } from '../../src/practice/by-hand.ts';
import type { Cluster } from '../../src/practice/cluster.ts';
import { allControllers } from '../../src/practice/controllers/all.ts';
import { merged } from '../../src/practice/json.ts';
import { load } from '../../src/practice/loading.ts';
import { makeLoop, type Surroundings } from '../../src/practice/loop.ts';
import { randomNames } from '../../src/practice/random-names.ts';
import { makeSigner } from '../../src/practice/signer.ts';
import { Store } from '../../src/practice/store.ts';

export const host = 'auth-staging.example.org';
export const stagingServer = 'https://acme-staging-v02.api.letsencrypt.org/directory';

/** A practice cluster without its server: the base, what a test puts in, and time by hand from 2026-11-23T05:00:00Z. */
export function quietCluster({
  objects = [],
  heal = [],
  world = baseWorld(),
  now = '2026-11-23T05:00:00Z',
}: {
  objects?: readonly KubernetesObject[];
  heal?: readonly HealStep[];
  world?: World;
  now?: string;
} = {}) {
  const start = new Date(now);
  const moment = { now: start };
  const cluster: Cluster = { store: new Store(), now: () => moment.now, names: randomNames() };
  let surroundings: Surroundings = { world, changes: 0, byHand: 0 };
  const orion: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orion' } };
  const loading = load(cluster, { objects: [orion, ...objects], world });
  const loop = makeLoop({
    cluster,
    controllers: allControllers,
    signer: makeSigner(),
    surroundings: () => surroundings,
    loading,
    heal,
    moment,
  });
  const settle = () => loop.settle(moment.now);
  settle();
  return {
    cluster,
    now: () => moment.now,
    pass: (seconds: number) => loop.settle(new Date(moment.now.getTime() + seconds * 1000)),
    /** Makes or changes an object, `Kind/name` in namespace orion; null deletes it. */
    put: (name: string, patch: object | null, namespace = 'orion') => {
      surroundings = { ...surroundings, byHand: surroundings.byHand + 1 };
      changeByHand(cluster, name, namespace, patch);
      settle();
    },
    /** Several in the same moment, before any controller sees one. */
    putAll: (all: Readonly<Record<string, object>>) => {
      for (const [name, patch] of Object.entries(all)) changeByHand(cluster, name, 'orion', patch);
      settle();
    },
    world: (patch: object) => {
      const changed = scenarioSchema.shape.world.parse(merged(surroundings.world, patch));
      surroundings = { ...surroundings, world: changed, changes: surroundings.changes + 1 };
      settle();
    },
    all: (kind: KindName, namespace = 'orion') =>
      cluster.store.of(kinds[kind], kinds[kind].namespaced ? namespace : undefined),
    get: (kind: KindName, name: string) =>
      cluster.store.get(kinds[kind], kinds[kind].namespaced ? 'orion' : undefined, name),
    /** `Ready=False Pending: message` of every condition. */
    conditions: (kind: KindName, name: string): readonly string[] => {
      const object = cluster.store.get(kinds[kind], kinds[kind].namespaced ? 'orion' : undefined, name);
      return ['Approved', 'Issuing', 'Ready', 'Available', 'Progressing', 'DisruptionAllowed'].flatMap((type) => {
        const found = condition(object, type);
        return found ? [`${type}=${found.status} ${found.reason}: ${found.message}`] : [];
      });
    },
    /** `Reason message` of every event about an object, in the order they came. */
    events: (about: string): readonly string[] =>
      cluster.store
        .of(kinds.Event)
        .filter((event) => textAt(event, 'involvedObject.name') === about)
        .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
        .map((event) => `${event['reason']} ${event['message']}`),
  };
}

export const issuer = (ingress: object = { ingressClassName: 'nginx' }, more: object = {}) => ({
  spec: {
    acme: {
      email: 'ops@example.org',
      privateKeySecretRef: { name: 'account-key' },
      server: stagingServer,
      solvers: [{ http01: { ingress } }],
      ...more,
    },
  },
});

export const certificate = (more: object = {}) => ({
  spec: {
    dnsNames: [host],
    issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt-staging' },
    secretName: 'auth-tls-secret',
    ...more,
  },
});

export const selfSigned = { spec: { selfSigned: {} } };

/** A Certificate that is issued at once, without an ACME server. */
export const local = (more: object = {}) =>
  certificate({ issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'local' }, ...more });

export const isReady = 'Ready=True Ready: Certificate is up to date and has not expired';
