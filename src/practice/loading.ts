import { condition, textAt, textMapAt } from '../core/kubernetes/field.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { Scenario } from '../core/scenario.ts';
import { rsaKey } from './authority.ts';
import { baseObjects } from './base-cluster.ts';
import { type Cluster, hasGeneration, timeText } from './cluster.ts';
import { ownerOf } from './controllers/status.ts';
import type { Loading } from './controllers/turn.ts';
import { withDefaults } from './next-object.ts';
import { recordedRefusals } from './recorded-refusals.ts';
import { knownKind } from './store.ts';

/**
 * Puts a scenario's objects into the store as they were recorded, statuses and uids too, over the base cluster. Where a scenario brings
 * a kind to a namespace, that kind there is the scenario's alone.
 */
export function load(cluster: Cluster, { objects, world }: Pick<Scenario, 'objects' | 'world'>): Loading {
  const brought = new Set(objects.map(placeOf));
  const base = baseObjects(cluster.now(), world.ingress.namespace).filter(
    (object) => isShared(object) || !brought.has(placeOf(object)),
  );
  const own = new Set(objects.map(nameIn));
  const all = [...base.filter((object) => !own.has(nameIn(object))), ...objects];
  for (const name of new Set(all.map(({ metadata }) => metadata.namespace))) {
    if (name !== undefined && !all.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name))
      plant(cluster, namespaceOf(name));
  }
  for (const object of all) plant(cluster, object);
  for (const certificate of cluster.store.of(kinds.Certificate)) plantNextKey(cluster, certificate);
  return {
    version: cluster.store.version,
    loadedAt: cluster.now(),
    brokenTemplates: brokenTemplates(cluster),
    recordedRefusals: recordedRefusals(cluster),
  };
}

const placeOf = ({ kind, metadata }: KubernetesObject): string => `${kind}/${metadata.namespace ?? ''}`;
const nameIn = (object: KubernetesObject): string => `${placeOf(object)}/${object.metadata.name}`;
const isShared = ({ kind }: KubernetesObject): boolean => kind === 'Namespace' || kind === 'CustomResourceDefinition';

const namespaceOf = (name: string): KubernetesObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

function plant(cluster: Cluster, object: KubernetesObject): void {
  const kind = knownKind(object);
  const metadata = {
    ...(hasGeneration(object.kind) ? { generation: 1 } : {}),
    uid: cluster.names.uid(),
    creationTimestamp: timeText(cluster.now()),
    ...object.metadata,
  };
  const filled = withDefaults(cluster, { ...object, metadata }, { asPlanted: true });
  cluster.store.put(kind, filled);
}

/** Records leave Secrets out; without its next key an issuance under way could not end. */
function plantNextKey(cluster: Cluster, certificate: KubernetesObject): void {
  const name = textAt(certificate, 'status.nextPrivateKeySecretName');
  const { namespace = '' } = certificate.metadata;
  if (name === undefined || cluster.store.get(kinds.Secret, namespace, name)) return;
  plant(cluster, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      labels: { 'cert-manager.io/next-private-key': 'true', 'controller.cert-manager.io/fao': 'true' },
      ownerReferences: [ownerOf(certificate)],
    },
    type: 'Opaque',
    data: { 'tls.key': Buffer.from(rsaKey('certificates', 2048, 'pkcs1')).toString('base64') },
  });
}

/** Pods that were recorded as not ready, by the template they came from. */
function brokenTemplates(cluster: Cluster): ReadonlyMap<string, KubernetesObject> {
  const broken = cluster.store
    .of(kinds.Pod)
    .filter(
      (pod) =>
        pod.metadata.deletionTimestamp === undefined &&
        textAt(pod, 'spec.nodeName') !== undefined &&
        condition(pod, 'Ready')?.status === 'False',
    );
  return new Map(
    broken.flatMap((pod) => {
      const hash = textMapAt(pod, 'metadata.labels')['pod-template-hash'];
      return hash === undefined ? [] : [[`${pod.metadata.namespace}/${hash}`, pod] as const];
    }),
  );
}
