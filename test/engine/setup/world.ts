import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { resolve } from 'node:path';
import forge from 'node-forge';
import { isEqual } from '../../../src/core/equal.ts';
import type { Fetched } from '../../../src/core/fetched.ts';
import type { JournalRecord } from '../../../src/core/journal.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { nameOf, type ReadLook } from '../../../src/core/look.ts';
import type { Clock } from '../../../src/core/outside/clock.ts';
import type { ClusterIdentity } from '../../../src/core/outside/cluster-reader.ts';
import type { Sent } from '../../../src/core/outside/cluster-writer.ts';
import { crds } from '../../../src/core/prerequisites/looks.ts';
import type { SetupEvent } from '../../../src/core/setup/event.ts';
import type { Saved } from '../../../src/core/setup/saved.ts';
import { setOut, type Wants } from '../../../src/core/setup/state.ts';
import { gatePoints } from '../../../src/core/verify/gate.ts';
import type { PointResult } from '../../../src/core/verify/verification.ts';
import type { Ask, SetupPorts } from '../../../src/engine/setup/ports.ts';
import { runSetup } from '../../../src/engine/setup.ts';
import { answersOf } from '../../core/setup/beforehand.ts';

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

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
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
    return { ...object, status: { replicas: 1, updatedReplicas: 1, availableReplicas: 1 } };
  };
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
        if (dryRun) return { ok: true, object: same ? before : object };
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

/** Everything else of the world, in memory. It outlives a run, as disks do. */
export function fakeMachine() {
  const files = new Map<string, { text: string; mode: number | undefined }>();
  const journals: JournalRecord[][] = [];
  const saved: { now: Saved | undefined } = { now: undefined };
  const profiles: { name: string; pin: ClusterIdentity | undefined } = { name: '', pin: undefined };
  return {
    /** Time goes on between two runs too. */
    time: { now: Date.parse('2026-11-23T05:00:00Z'), aheadMs: 0 },
    files,
    journals,
    saved,
    dismissed: [] as string[],
    profiles,
    judgement: {
      outcome: 'healthy' as 'healthy' | 'waiting' | 'problem' | 'incomplete',
      rootCauses: [] as string[],
      because: 'Healthy.',
    },
    points: gatePoints.map(
      ({ id, title, runbook }): PointResult => ({
        id,
        title,
        // Nothing is reached from a test.
        state: id === 'https' ? 'not-looked' : 'passed',
        expected: '',
        saw: '',
        object: null,
        field: null,
        lasting: false,
        codes: [],
        remarks: [],
        notLooked: [],
        runbook,
        commands: [],
      }),
    ),
  };
}

export type Machine = ReturnType<typeof fakeMachine>;

const secretsText =
  'database-url=postgres://u:planted-db@db.data.svc:5432/auth\nredis-url=redis://:planted-redis@cache.data.svc:6379\njwt-secret=pLanted7jwtK9qW3zX5vB2nM8rT4yU6iO1\n';

const clockOf = ({ time }: Machine): Clock => ({
  now: () => new Date(time.now),
  sleep: async (milliseconds) => {
    time.now += milliseconds;
  },
});

function portsOf(fake: Fake, machine: Machine, secrets: string | undefined): SetupPorts {
  const given = new Set<string>();
  return {
    contexts: async () => ({ names: ['bed'], current: 'bed' }),
    connect: async () => ({ ...fake.cluster, clock: clockOf(machine), aheadMs: () => machine.time.aheadMs }),
    outside: async () => ({ ok: false, why: 'unreachable', detail: 'no network' }),
    shell: { run: async () => ({ ok: false, why: 'not-installed', exitCode: null, stdout: '', stderr: '' }) },
    files: {
      read: async (path) => machine.files.get(path)?.text,
      write: async (path, text, mode) => void machine.files.set(path, { text, mode }),
      list: async () => [],
      remove: async (path) => void machine.files.delete(path),
    },
    hash,
    secrets: {
      generate: () => 'gEnerated7jwtK9qW3zX5vB2nM8rT4yU6iO1',
      fingerprint: (value) => createHmac('sha256', 'salt').update(value).digest('hex').slice(0, 16),
    },
    placeOf: (typed) => resolve('/home/op', typed),
    journals: {
      begin: async (begun) => {
        const records: JournalRecord[] = [{ record: 'begun', id: `j${machine.journals.length}`, salt: '00', ...begun }];
        machine.journals.push(records);
        return {
          id: `j${machine.journals.length}`,
          append: async (record) => void records.push(record),
          fingerprint: () => 'fp',
        };
      },
      lock: async () => ({ [Symbol.asyncDispose]: async () => {} }),
      cutOff: async () =>
        machine.journals
          .filter((records) => records.at(-1)?.record !== 'closed')
          .map((records) => `cut off after ${records.at(-1)?.record}`),
      settle: async (_, { title }) => {
        for (const records of machine.journals) {
          const [begun] = records;
          if (begun?.record === 'begun' && begun.title === title && records.at(-1)?.record !== 'closed')
            records.push({ record: 'closed', at: '2026-11-23T05:00:00Z' });
        }
      },
    },
    keep: async (saved) => {
      machine.saved.now = saved;
    },
    profile: {
      strangeness: async (_, __, identity) =>
        machine.profiles.pin && machine.profiles.pin.uid !== identity.uid ? [`cluster uid is ${identity.uid}`] : [],
      keep: async (name) => {
        machine.profiles.name = name;
        machine.profiles.pin ??= await fake.cluster.reader.identity();
      },
    },
    diagnose: async () => machine.judgement,
    verify: async () => ({ points: machine.points, coverage: { looked: 1, of: 1, notLooked: [] } }),
    secretsFile: async (environment) => {
      if (given.has(environment)) return undefined;
      given.add(environment);
      return secrets;
    },
    command: 'setup',
    localUser: 'op',
    dismissed: async () => machine.dismissed,
  };
}

export type Ran = Awaited<ReturnType<typeof runSetup>> & { readonly events: readonly SetupEvent[] };

/** A run as a pipeline makes it: nobody is asked. */
export async function pipeline(
  fake: Fake,
  machine: Machine,
  differs: {
    wants?: Wants;
    yes?: boolean;
    confirm?: string[];
    ask?: Ask;
    answers?: Record<string, string>;
    secrets?: string | undefined;
  } = {},
): Promise<Ran> {
  const events: SetupEvent[] = [];
  const ran = await runSetup({
    start: answersOf(setOut(differs.wants ?? { environments: ['staging', 'production'] }), differs.answers),
    ports: portsOf(fake, machine, 'secrets' in differs ? differs.secrets : secretsText),
    ask: differs.ask,
    emit: (event) => void events.push(event),
    consent: { yes: differs.yes ?? true, confirm: differs.confirm ?? ['orion-prod'] },
    timeoutMs: 120_000,
    signal: new AbortController().signal,
  });
  return { ...ran, events };
}
