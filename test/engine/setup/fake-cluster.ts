import { createHash, generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';
import { isEqual } from '../../../src/core/equal.ts';
import type { Fetched } from '../../../src/core/fetched.ts';
import { wantedWith } from '../../../src/core/kubernetes/autoscaling.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { nameOf, type ReadLook } from '../../../src/core/look.ts';
import type { ClusterIdentity } from '../../../src/core/outside/cluster-reader.ts';
import type { Sent } from '../../../src/core/outside/cluster-writer.ts';
import { crds } from '../../../src/core/prerequisites/looks.ts';
import type { SetupPorts } from '../../../src/engine/setup/ports.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const certificates = new Map<string, string>();

/** Signing takes a second in JavaScript: one certificate a host will do. */
function certificateFor(host: string): string {
  const before = certificates.get(host);
  if (before !== undefined) return before;
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  certificate.serialNumber = '0a';
  certificate.validity.notBefore = new Date('2026-11-23T00:00:00Z');
  certificate.validity.notAfter = new Date('2027-02-21T00:00:00Z');
  certificate.setIssuer([{ name: 'commonName', value: 'fake CA' }]);
  certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }]);
  certificate.sign(
    forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    forge.md.sha256.create(),
  );
  const pem = forge.pki.certificateToPem(certificate);
  certificates.set(host, pem);
  return pem;
}

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const keyOf = ({ kind, metadata }: { kind: string; metadata: { name: string; namespace?: string | undefined } }) =>
  `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;

/** A cluster of a few lines: it keeps what is applied, and its controllers are done at once. */
export function fakeCluster() {
  const objects = new Map<string, KubernetesObject>();
  const sent: string[] = [];
  let version = 0;
  const controls = {
    uid: 'cluster-uid' as string | null,
    /** Answers instead of doing: by key of the object. */
    refuse: new Map<string, Sent>(),
    /** Kills: throws before, or after the object is kept. */
    killAt: '' as string,
    killAfter: '' as string,
    unready: new Set<string>(),
  };
  const put = (object: KubernetesObject) => {
    version += 1;
    if (object.kind === 'Certificate') issue(object);
    objects.set(keyOf(object), {
      ...object,
      metadata: { ...object.metadata, uid: `uid-${keyOf(object)}`, resourceVersion: `${version}` },
    });
  };
  /** As cert-manager would: the certificate's Secret. */
  const issue = ({ metadata, spec }: KubernetesObject) => {
    const [host = ''] = (spec as { dnsNames: readonly string[] }).dnsNames;
    const name = 'auth-tls-secret';
    put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...metadata, name },
      data: { 'tls.crt': btoa(certificateFor(host)) },
    });
  };
  const withStatus = (object: KubernetesObject): KubernetesObject => {
    if (controls.unready.has(object.kind)) return object;
    const ready = { conditions: [{ type: 'Ready', status: 'True', reason: 'Ready' }] };
    if (object.kind === 'ClusterIssuer' || object.kind === 'Certificate') return { ...object, status: ready };
    if (object.kind !== 'Deployment') return object;
    const replicas = scaledTo(object);
    const counts = { replicas, updatedReplicas: replicas, availableReplicas: replicas };
    return { ...object, spec: { ...(object['spec'] as object), replicas }, status: counts };
  };
  /** As its autoscaler would, where there is one. */
  const scaledTo = (object: KubernetesObject): number =>
    wantedWith(
      object,
      [...objects.values()].filter(
        ({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.namespace === object.metadata.namespace,
      ),
    );
  for (const name of [...crds['cert-manager'], ...crds['prometheus-operator']]) {
    put({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name } });
  }
  put({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  });
  put({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });

  const look = async (of: ReadLook): Promise<Fetched<unknown>> => {
    if (of.at === 'list') {
      const found = [...objects.values()].filter(
        ({ kind, metadata }) =>
          kind === of.kind.kind && (of.namespace === undefined || metadata.namespace === of.namespace),
      );
      return { ok: true, value: found.map(withStatus) };
    }
    const found = objects.get(
      keyOf({
        kind: of.kind.kind,
        metadata: { name: of.name, namespace: of.kind.namespaced ? of.namespace : undefined },
      }),
    );
    return found
      ? { ok: true, value: withStatus(found) }
      : { ok: false, why: 'not-found', detail: `${nameOf(of)}: not found` };
  };
  const cluster = {
    reader: {
      look: look as SetupPorts['connect'] extends (context: string) => Promise<infer C>
        ? C extends { reader: { look: infer L } }
          ? L
          : never
        : never,
      whoAmI: async () => 'practice',
      may: async () => ({ ok: true, value: true }) as const,
      tryManifest: async () => ({ ok: true, value: { refused: [] } }) as const,
      identity: async (): Promise<ClusterIdentity> => ({
        context: 'bed',
        server: 'https://bed',
        caFingerprint: 'ca',
        uid: controls.uid,
        namespace: 'default',
      }),
      requests: () => 0,
    },
    writer: {
      send: async (
        change: { do: string; object?: KubernetesObject },
        { dryRun, force }: { dryRun: boolean; force?: boolean },
      ): Promise<Sent> => {
        const object = change.object as KubernetesObject;
        const key = keyOf(object);
        const refused = controls.refuse.get(key);
        if (refused && !(force && !refused.ok && refused.why === 'conflict')) return refused;
        if (object.metadata.namespace !== undefined && !objects.has(`Namespace//${object.metadata.namespace}`)) {
          return { ok: false, why: 'not-found', detail: `namespaces "${object.metadata.namespace}" not found` };
        }
        const before = objects.get(key);
        const { uid: _, resourceVersion: __, ...metadata } = before?.metadata ?? { name: '' };
        const same = before !== undefined && isEqual({ ...before, metadata }, object);
        if (dryRun && before === undefined) return { ok: true, object };
        // Of what is there the server keeps these two, and what its controllers set.
        const kept = {
          ...object.metadata,
          uid: before?.metadata.uid,
          resourceVersion: before?.metadata.resourceVersion,
        };
        if (dryRun) return { ok: true, object: withStatus({ ...object, metadata: kept } as KubernetesObject) };
        sent.push(`${change.do} ${key}`);
        if (controls.killAt === key) throw new Error('killed before');
        if (!same) put(object);
        if (controls.killAfter === key) throw new Error('killed after');
        return { ok: true, object: objects.get(key) };
      },
    },
  };
  return { cluster, objects, sent, controls, put };
}

export type Fake = ReturnType<typeof fakeCluster>;
