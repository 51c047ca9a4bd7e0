import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type KindName, kinds, pathOf } from '../../src/core/kubernetes/kinds.ts';
import { startPractice } from '../../src/practice/practice.ts';
import type { AcmeProblem } from './bed/acme-relay.ts';
import { type ApiClient, apiClient, type Json } from './bed/api-client.ts';
import { asAsked, isIssuedUnasked, unaskedIssuances } from './unasked-issuances.ts';

/** A cluster as this comparison uses it: the API, how a moment passes in it, and how a pod that runs there stops being ready. */
export type Side = {
  readonly api: ApiClient;
  readonly moment: () => void;
  readonly sicken: (pod: Json) => Promise<void>;
  /** Whether the CA, that of production, refuses at its validation what the host's CAA records forbid. */
  readonly forbid: (host: string, isForbidden: boolean) => Promise<void>;
};

export type Applied = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** Where a fault is: everything of it has names of its own. */
export type Place = { readonly namespace: string; readonly host: string; readonly issuer: string };

/** What the CA is told, what is applied, which of the pods sickens then, and a line of what is said once it has settled. */
export type Step = {
  readonly forbids?: boolean;
  readonly apply?: (place: Place) => readonly Applied[];
  readonly sickens?: (pods: readonly Json[]) => Json | undefined;
  readonly comesTo: readonly string[];
  /** What happens on the bed alone, and is to be told like nothing. */
  readonly onBed?: (place: Place) => Promise<void>;
};
export type Fault = { readonly hasDns?: boolean; readonly steps: readonly Step[] };

/** A practice cluster of its own, entered by its kubeconfig; its time stands still until somebody waits. */
export async function practiceSide(
  namespace: string,
  dns: object,
  pages: object = {},
): Promise<Side & { readonly close: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'orion-setup-same-'));
  const practice = await startPractice({ scenario: 'empty', speed: 0, dir });
  practice.mergeWorld({ dns, pages });
  const { clusters, users } = parse(await readFile(practice.kubeconfig, 'utf8'));
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const api = apiClient(server, Buffer.from(authority, 'base64').toString(), users[0].user.token);
  await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const close = async () => {
    await practice.close();
    await rm(dir, { recursive: true, force: true });
  };
  const forbid = async (host: string, isForbidden: boolean): Promise<void> =>
    practice.mergeWorld({ dns: { [host]: { caa: isForbidden ? ['0 issue "digicert.com"'] : [] } } });
  return { api, moment: () => practice.advance(1000), sicken: (pod) => unready(api, pod), forbid, close };
}

const podPath = ({ metadata }: Json): string => pathOf(kinds.Pod, metadata.namespace, metadata.name);

/** As its kubelet would write it. */
async function unready(api: ApiClient, pod: Json): Promise<void> {
  const said = { status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [app]' };
  const types = ['Ready', 'ContainersReady'];
  const others = pod.status.conditions.filter(({ type }: Json) => !types.includes(type));
  const conditions = [...others, ...types.map((type) => ({ type, ...said }))];
  await api.mergePatch(`${podPath(pod)}/status`, { status: { phase: 'Running', conditions } });
}

type Refuser = {
  readonly failValidations: (problem: AcmeProblem) => Promise<void>;
  readonly reset: () => Promise<void>;
};

/** On the bed kwok plays the kubelet, and does what an annotation asks for; and as pebble reads no CAA records, it is told what Let's Encrypt would say. */
export const bedSide = (api: ApiClient, authority: Refuser): Side => ({
  api,
  forbid: (host, isForbidden) =>
    isForbidden
      ? authority.failValidations({
          status: 403,
          type: 'caa',
          detail: `While processing CAA for ${host}: CAA record for ${host} prevents issuance`,
        })
      : authority.reset(),
  moment: () => undefined,
  sicken: async (pod) => {
    await api.mergePatch(podPath(pod), { metadata: { annotations: { 'bed/behaves': 'unready' } } });
  },
});

/** Server-side apply, as `kubectl apply --server-side` sends it. */
export async function apply({ api }: Side, objects: readonly Applied[]): Promise<void> {
  for (const object of objects) {
    const { name, namespace } = object.metadata;
    const path = `${pathOf(kinds[object.kind as KindName], namespace, name)}?fieldManager=same&force=true`;
    const answer = await api.request('PATCH', path, object, 'application/apply-patch+yaml');
    if (answer.status >= 400) throw new Error(`${object.kind} ${name}: ${answer.status} ${answer.body?.message}`);
  }
}

/** What controllers count, by kind. A count that is not there is as good as 0, here and for whoever reads it. */
const counts = {
  Deployment: ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'],
  ReplicaSet: [],
  PodDisruptionBudget: ['currentHealthy', 'desiredHealthy', 'expectedPods', 'disruptionsAllowed'],
  HorizontalPodAutoscaler: ['currentReplicas', 'desiredReplicas'],
  Issuer: [],
  Certificate: ['revision', 'failedIssuanceAttempts'],
  CertificateRequest: [],
  Order: ['state'],
  Challenge: ['state', 'presented', 'processing'],
} as const satisfies Partial<Record<KindName, readonly string[]>>;

/**
 * What the controllers say of a namespace and of one ClusterIssuer, a line each, sorted: `Deployment/app Available=True REASON`,
 * `Deployment/app replicas=3`.
 */
export async function saidOf({ api }: Side, namespace: string, issuer: string): Promise<readonly string[]> {
  const itemsOf = async (kind: KindName): Promise<readonly Json[]> =>
    (await api.get(pathOf(kinds[kind], namespace))).items;
  // The events last: they tell of all that was seen of the others.
  const items = await Promise.all(Object.keys(counts).map((kind) => itemsOf(kind as KindName)));
  const certificates = items[Object.keys(counts).indexOf('Certificate')] ?? [];
  const unasked = unaskedIssuances(certificates, await itemsOf('Event'));
  const lines = Object.entries(counts).flatMap(([kind, fields], place) =>
    (items[place] ?? []).flatMap((item) => {
      const asked = asAsked(kind, item, unasked);
      return asked ? linesOf(kind, asked, fields) : [];
    }),
  );
  const more = certificates.filter(isIssuedUnasked).map(({ metadata }) => `Certificate/${metadata.name} ${onceMore}`);
  const found = await api.find(pathOf(kinds.ClusterIssuer, undefined, issuer));
  return [...lines, ...more, ...(found ? linesOf('ClusterIssuer', found, []) : [])].toSorted();
}

const onceMore = 'is issued once more than anybody asked for';
/** Whether it is not over yet: what is said then is not what it comes to. */
export const isUnderWay = (line: string): boolean => line.endsWith(onceMore);

/** What a name that chance had a part in is told by instead. */
const namesWithChance: Readonly<Record<string, (object: Json) => string>> = {
  // A pod's changes are counted by one of its budgets, whichever is found first.
  PodDisruptionBudget: ({ metadata }) => (metadata.labels?.twin ? 'one of two' : metadata.name),
  ReplicaSet: ({ metadata, spec }) => `of ${metadata.ownerReferences[0].name} for ${spec.replicas}`,
  Challenge: ({ spec }) => spec.type,
  ClusterIssuer: () => 'of the place',
};

function linesOf(kind: string, { metadata, spec, status = {} }: Json, fields: readonly string[]): readonly string[] {
  const name = namesWithChance[kind]?.({ metadata, spec }) ?? metadata.name;
  const conditions = (status.conditions ?? []) as readonly Json[];
  return [
    ...conditions.map(
      ({ type, status: state, reason }) => `${kind}/${name} ${type}=${state} ${unraced(reason, status)}`,
    ),
    ...fields.map((field) => `${kind}/${name} ${field}=${status[field] ?? 0}`),
  ];
}

/**
 * The first pod of a new template is progress to the Deployment's controller only where it wrote its status between the new set and that
 * pod: else it goes by the count of the template before, which was no smaller. Under load it does not.
 */
const unraced = (reason: string, { updatedReplicas = 0 }: Json): string =>
  reason === 'NewReplicaSetCreated' && updatedReplicas > 0 ? 'ReplicaSetUpdated' : reason;
