import { once } from 'node:events';
import http from 'node:http';
import type { AcmeEndpoint, AcmeProblem } from './acme-relay.ts';
import { addresses, ports } from './addresses.ts';
import type { HostRecords } from './dns-zone.ts';
import type { Interception } from './ingress/server.ts';
import type { Usage } from './metrics-api.ts';
import type { Part } from './part.ts';
import type { Page } from './pod-servers.ts';
import type { Standing } from './standing.ts';
import { blankUsers } from './users.ts';

type Ca = 'staging' | 'production';

/** All that a test can ask of the bed's host, by name: the one list that `bed.ts` calls and the host serves. */
export function operationsOf(bed: Standing) {
  let blankUsersGiven = 0;
  let secondOperator: Part | undefined;
  let certManagerWebhook: Part | undefined;
  return {
    nextBlankUser: () => {
      const user = blankUsers[blankUsersGiven];
      if (user === undefined) throw new Error(`All ${blankUsers.length} users without rights are taken`);
      blankUsersGiven += 1;
      return user.name;
    },
    setName: (name: string, records: HostRecords) => bed.dns.set(name, records),
    removeName: (name: string) => bed.dns.remove(name),
    resetNames: () => bed.dns.reset(),
    respond: (interception: Interception) => bed.ingress.respond(interception),
    enforcePolicies: (enforced: boolean) => bed.ingress.enforcePolicies(enforced),
    openPort: (port: 80 | 443) => bed.ingress.open(port),
    closePort: (port: 80 | 443) => bed.ingress.close(port),
    silence: (silent: boolean) => bed.ingress.silence(silent),
    resetIngress: () => bed.ingress.reset(),
    servePages: (port: number, pages: Readonly<Record<string, Page>>) => bed.pods.serve(port, pages),
    closePages: (port: number) => bed.pods.close(port),
    resetPages: () => bed.pods.reset(),
    startAcme: (ca: Ca) => bed.acme[ca].start(),
    stopAcme: (ca: Ca) => bed.acme[ca].stop(),
    refuseAcme: (ca: Ca, endpoint: AcmeEndpoint, problem: AcmeProblem) => bed.acme[ca].relay.refuse(endpoint, problem),
    answerAcme: (ca: Ca, endpoint: AcmeEndpoint, status: number, body: string, contentType: string) =>
      bed.acme[ca].relay.answer(endpoint, status, body, contentType),
    failAcmeValidations: (ca: Ca, problem: AcmeProblem) => bed.acme[ca].relay.failValidations(problem),
    resetAcme: async (ca: Ca) => {
      bed.acme[ca].relay.reset();
      await bed.acme[ca].start();
    },
    useOfContainers: (usage: Usage) => bed.metrics.use(usage),
    openMetrics: () => bed.metrics.open(),
    closeMetrics: () => bed.metrics.close(),
    resetMetrics: () => bed.metrics.reset(),
    startPrometheus: () => bed.prometheus.start(),
    stopPrometheus: () => bed.prometheus.stop(),
    startAlertmanager: () => bed.alertmanager.start(),
    stopAlertmanager: () => bed.alertmanager.stop(),
    startSecondOperator: (more: Readonly<Record<string, string>>) => {
      secondOperator = bed.secondOperator(more);
    },
    stopSecondOperator: async () => {
      await secondOperator?.stop();
      secondOperator = undefined;
    },
    restartCertManager: (more: Readonly<Record<string, string>>) => bed.restartCertManager(more),
    startCertManagerWebhook: () => {
      certManagerWebhook ??= bed.startCertManagerWebhook();
    },
    stopCertManagerWebhook: async () => {
      await certManagerWebhook?.stop();
      certManagerWebhook = undefined;
    },
    /** SIGSTOP and SIGCONT: a controller that hangs, and wakes up. */
    signalPart: (name: string, signal: NodeJS.Signals) => {
      const part = bed.parts.get(name);
      if (part === undefined) throw new Error(`No part ${name}: there are ${[...bed.parts.keys()].join(', ')}`);
      part.signal(signal);
    },
    startBare: async () => {
      const { folder, server, etcd } = await bed.startBare();
      return { folder, server, etcd };
    },
  };
}

export type Operations = ReturnType<typeof operationsOf>;

const where = { host: addresses.operations, port: ports.operations } as const;

export async function serveOperations(operations: Operations): Promise<void> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      try {
        const { name, args } = JSON.parse(Buffer.concat(chunks).toString());
        const operation = operations[name as keyof Operations] as (...values: unknown[]) => unknown;
        const result = await operation(...args);
        response.end(JSON.stringify({ result: result ?? null }));
      } catch (error) {
        response.writeHead(500).end(JSON.stringify({ error: String(error) }));
      }
    });
  });
  server.listen(where.port, where.host);
  await once(server, 'listening');
}

type Result<Name extends keyof Operations> = Awaited<ReturnType<Operations[Name]>>;

/** Calls an operation of the host from a test's process. */
export async function callHost<Name extends keyof Operations>(
  name: Name,
  ...args: Parameters<Operations[Name]>
): Promise<Result<Name>> {
  const response = await fetch(`http://${where.host}:${where.port}/`, {
    method: 'POST',
    body: JSON.stringify({ name, args }),
  });
  const body = (await response.json()) as { readonly result?: Result<Name>; readonly error?: string };
  if (!response.ok) throw new Error(`The bed refused ${name}: ${body.error}`);
  return body.result as Result<Name>;
}
