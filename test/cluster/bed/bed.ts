/** What a test sees of the bed. Importing it makes the end of the test file put back what the file changed. */
import { readFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import type { AcmeEndpoint, AcmeProblem } from './acme-relay.ts';
import { addresses, ports } from './addresses.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { type AuditMark, auditMark, readAudit, writesSince } from './audit.ts';
import { type BedDescription, bedVariable } from './description.ts';
import type { HostRecords } from './dns-zone.ts';
import type { Interception } from './ingress/server.ts';
import { type Kubectl, kubectlAs } from './kubectl.ts';
import type { Usage } from './metrics-api.ts';
import { createNamespace, removeNamespaces } from './namespaces.ts';
import { callHost } from './operations.ts';
import type { Page } from './pod-servers.ts';
import { grant, type Right } from './rights.ts';
import { kubeconfigFile, tokenOf, users } from './users.ts';
import { until } from './waiting.ts';

export type { AuditMark, HostRecords, Interception, Page, Right };
export { addresses, until };

const namespaces: string[] = [];

function describe(): BedDescription {
  const file = process.env[bedVariable];
  if (file === undefined) throw new Error('No test bed stands around this process: run `npm run test:cluster`.');
  return JSON.parse(readFileSync(file, 'utf8'));
}

function acmeAuthority(
  name: 'staging' | 'production',
  { directory, rootsFile }: BedDescription['acme']['staging'],
  caFile: string,
) {
  return {
    directory,
    /** What an issuer needs in its caBundle, before base64. */
    caBundle: readFileSync(caFile, 'utf8'),
    /** The root of the certificates that it issues. */
    rootsFile,
    start: () => callHost('startAcme', name),
    stop: () => callHost('stopAcme', name),
    /** Every request to this endpoint is answered with this problem: a rate limit, say. */
    refuse: (endpoint: AcmeEndpoint, problem: AcmeProblem) => callHost('refuseAcme', name, endpoint, problem),
    /** As `refuse`, with something that is no ACME problem. */
    answer: (endpoint: AcmeEndpoint, status: number, body: string, contentType = 'text/html') =>
      callHost('answerAcme', name, endpoint, status, body, contentType),
    /** Orders go well until the authority has looked: then it says this. */
    failValidations: (problem: AcmeProblem) => callHost('failAcmeValidations', name, problem),
    reset: () => callHost('resetAcme', name),
  };
}

/** A cluster without controllers: what is planted in a status stays. */
export type BareCluster = {
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  readonly api: ApiClient;
  readonly etcd: string;
};

export function currentBed() {
  const bed = describe();
  const asBed = apiClient(bed.server, readFileSync(`${bed.clusterFolder}/ca.pem`, 'utf8'), tokenOf(users.bed));
  const kubeconfigOf = (name: string): string => kubeconfigFile(bed.clusterFolder, { name });
  return {
    server: bed.server,
    /** Of the administrator. */
    kubeconfig: kubeconfigOf(users.admin.name),
    kubeconfigOf: (user: 'admin' | 'viewer') => kubeconfigOf(user),
    /** The kubeconfig of a new user who may do exactly this. */
    userWith: async (rights: readonly Right[]): Promise<string> => {
      const user = await callHost('nextBlankUser');
      await grant(asBed, user, rights);
      return kubeconfigOf(user);
    },
    kubectl: kubectlAs(bed.parts, kubeconfigOf(users.admin.name)),
    kubectlAs: (kubeconfig: string) => kubectlAs(bed.parts, kubeconfig),
    /** Prometheus' own tool, of the version that runs here. */
    promtool: `${bed.parts}/promtool`,
    /** Where the programs of the bed lie. */
    parts: bed.parts,
    /** The API as the bed itself, which the audit log leaves out. */
    api: asBed,
    auditMark: () => auditMark(bed.auditFile),
    /** All changing requests since the mark, of everybody but the bed; leases are left out. */
    auditLog: (since: AuditMark = 0) => readAudit(bed.auditFile, since),
    writesSince: (mark: AuditMark) => writesSince(bed.auditFile, mark),
    /** A new namespace under Pod Security `restricted`, removed when the test file ends. */
    namespace: async (prefix: string, labels: Readonly<Record<string, string>> = {}): Promise<string> => {
      const name = await createNamespace(asBed, prefix, labels);
      namespaces.push(name);
      return name;
    },
    /** For `--resolver`: resolv.conf leads there too, but only inside the bed. */
    resolver: bed.resolver,
    dns: {
      set: (name: string, records: HostRecords) => callHost('setName', name, records),
      /** The name does not exist any more (NXDOMAIN). */
      remove: (name: string) => callHost('removeName', name),
      reset: () => callHost('resetNames'),
    },
    ingress: {
      respond: (interception: Interception) => callHost('respond', interception),
      enforcePolicies: (enforced: boolean) => callHost('enforcePolicies', enforced),
      open: (port: 80 | 443) => callHost('openPort', port),
      /** Connections are refused. */
      close: (port: 80 | 443) => callHost('closePort', port),
      /** Connections to either port time out. */
      silence: (silent: boolean) => callHost('silence', silent),
      reset: () => callHost('resetIngress'),
    },
    /** What listens in the pods: ORION's auth service on 3001, unless a test says otherwise. */
    pods: {
      serve: (port: number, pages: Readonly<Record<string, Page>>) => callHost('servePages', port, pages),
      close: (port: number) => callHost('closePages', port),
      reset: () => callHost('resetPages'),
    },
    acme: {
      staging: acmeAuthority('staging', bed.acme.staging, bed.acmeCaFile),
      production: acmeAuthority('production', bed.acme.production, bed.acmeCaFile),
    },
    /** The metrics API: what an HPA and `kubectl top` see. */
    metrics: {
      use: (usage: Usage) => callHost('useOfContainers', usage),
      open: () => callHost('openMetrics'),
      close: () => callHost('closeMetrics'),
      reset: () => callHost('resetMetrics'),
    },
    prometheus: {
      /** Starts Prometheus as the pod of monitoring/k8s; its address. The API server's proxies reach it too. */
      start: () => callHost('startPrometheus'),
      stop: () => callHost('stopPrometheus'),
    },
    alertmanager: {
      /** Starts Alertmanager as the pod of monitoring/main, which the test has made; its address. */
      start: () => callHost('startAlertmanager'),
      stop: () => callHost('stopAlertmanager'),
    },
    /** A prometheus-operator beside the first, with these flags more; its Deployment is the test's to make. */
    secondOperator: {
      start: (more: Readonly<Record<string, string>>) => callHost('startSecondOperator', more),
      stop: () => callHost('stopSecondOperator'),
    },
    certManager: {
      /** Ends it as a kubelet would, and starts it anew with these flags more. */
      restart: (more: Readonly<Record<string, string>> = {}) => callHost('restartCertManager', more),
      webhook: {
        /** Listens on `port` of every address; asks nobody to ask it. */
        start: async () => {
          await callHost('startCertManagerWebhook');
          return { port: ports.certManagerWebhook, caBundle: readFileSync(`${bed.clusterFolder}/ca.pem`, 'utf8') };
        },
        stop: () => callHost('stopCertManagerWebhook'),
      },
    },
    /** Lets a controller hang (SIGSTOP) or go on (SIGCONT). */
    signal: (
      part: 'cert-manager' | 'prometheus-operator' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok',
      signal: NodeJS.Signals,
    ) => callHost('signalPart', part, signal),
    bare: async (): Promise<BareCluster> => {
      const { folder, server, etcd } = await callHost('startBare');
      const kubeconfig = kubeconfigFile(folder, users.admin);
      const api = apiClient(server, readFileSync(`${folder}/ca.pem`, 'utf8'), tokenOf(users.admin));
      return { kubeconfig, kubectl: kubectlAs(bed.parts, kubeconfig), api, etcd };
    },
  };
}

afterAll(async () => {
  const bed = currentBed();
  const worlds = [bed.dns, bed.ingress, bed.pods, bed.metrics, bed.acme.staging, bed.acme.production];
  await Promise.all(worlds.map((world) => world.reset()));
  await removeNamespaces(bed.api, namespaces);
});
