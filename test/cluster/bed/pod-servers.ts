import { once } from 'node:events';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ApiClient, Json } from './api-client.ts';

/**
 * What listens in the pods. kwok's pods are records without processes, but their addresses lie on the bed's loopback
 * device: a server on a port of every address stands for that port of every pod.
 */
export type Page = {
  readonly status?: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type PodServers = {
  /** Serves these pages, by path, on this port of every pod; a page of one pod is under its address, as `10.244.0.7/metrics`. */
  readonly serve: (port: number, pages: Readonly<Record<string, Page>>) => Promise<void>;
  readonly close: (port: number) => Promise<void>;
  readonly reset: () => Promise<void>;
};

const solverPort = 8089;
const applicationPort = 3001;

const plain = { 'content-type': 'text/plain; charset=utf-8' };
const healthy = { body: '{"status":"ok"}', headers: { 'content-type': 'application/json' } };

/** ORION's auth service, as far as anybody looks at it. */
const application: Readonly<Record<string, Page>> = {
  '/health': healthy,
  '/api/auth/health': healthy,
  '/metrics': {
    headers: { 'content-type': 'text/plain; version=0.0.4' },
    body: [
      '# TYPE http_requests_total counter',
      'http_requests_total{method="GET",status="200"} 1027',
      '# TYPE http_request_duration_seconds histogram',
      'http_request_duration_seconds_bucket{le="1"} 1020',
      'http_request_duration_seconds_bucket{le="+Inf"} 1027',
      'http_request_duration_seconds_sum 93.1',
      'http_request_duration_seconds_count 1027',
      '# TYPE auth_login_attempts_total counter',
      'auth_login_attempts_total{result="success"} 311',
      '# TYPE auth_token_generation_total counter',
      'auth_token_generation_total 305',
      '',
    ].join('\n'),
  },
};

/** The real solver's checks, against the arguments that cert-manager gave the pod whose address was called. */
async function solve(api: ApiClient, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = request.socket.localAddress ?? '';
  const pods = await api.get(`/api/v1/pods?labelSelector=acme.cert-manager.io%2Fhttp01-solver%3Dtrue`);
  const pod = pods.items.find(
    (each: Json) => each.status?.podIP === address && each.metadata.deletionTimestamp === undefined,
  );
  const argument = (name: string): string => {
    const found = (pod?.spec.containers[0].args ?? []).find((each: string) => each.startsWith(`--${name}=`));
    return found?.slice(name.length + 3) ?? '';
  };
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const path = (request.url ?? '/').replace(/\?.*$/, '');
  const expected = host === argument('domain') && path === `/.well-known/acme-challenge/${argument('token')}`;
  if (expected && argument('token') !== '') response.writeHead(200, plain).end(argument('key'));
  else response.writeHead(404, plain).end('404 page not found\n');
}

export async function startPodServers(api: ApiClient): Promise<PodServers> {
  const servers = new Map<number, Server>();
  const pagesOf = new Map<number, Readonly<Record<string, Page>>>();

  const listen = async (
    port: number,
    handle: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<void> => {
    const server = http.createServer(handle);
    server.listen(port, '0.0.0.0');
    await once(server, 'listening');
    servers.set(port, server);
  };
  const close: PodServers['close'] = async (port) => {
    const server = servers.get(port);
    if (server === undefined) return;
    servers.delete(port);
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const serve: PodServers['serve'] = async (port, pages) => {
    pagesOf.set(port, pages);
    if (servers.has(port)) return;
    await listen(port, (request, response) => {
      const path = (request.url ?? '/').replace(/\?.*$/, '');
      const current = pagesOf.get(port) ?? {};
      const page = current[`${request.socket.localAddress}${path}`] ??
        current[path] ?? { status: 404, body: 'not found\n' };
      response.writeHead(page.status ?? 200, page.headers ?? plain).end(page.body);
    });
  };
  await listen(solverPort, (request, response) => {
    solve(api, request, response).catch((error: Error) => response.writeHead(500, plain).end(error.message));
  });
  await serve(applicationPort, application);
  return {
    serve,
    close,
    reset: async () => {
      for (const port of [...pagesOf.keys()].filter((each) => each !== applicationPort)) {
        pagesOf.delete(port);
        await close(port);
      }
      await serve(applicationPort, application);
    },
  };
}
