import type { IncomingMessage } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, vi } from 'vitest';
import { type Connection, type ConnectOptions, connect } from '../../../src/edges/cluster/connect.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { type Authority, makeAuthority } from '../probes/certificate-authority.ts';
import { type KubeconfigSays, writeKubeconfig } from './kubeconfig-file.ts';

// Handshakes and children take long on a busy machine; what must be quick says so itself.
vi.setConfig({ testTimeout: 30_000 });

/** A request as an API server of the test's own got it. */
export type Got = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  readonly socket: TLSSocket;
  /** Whether its TLS session was resumed. */
  readonly resumed: boolean;
};

/** What it answers: JSON of `json`, or `text` as it is. `hang up` breaks the connection, `silence` never answers. */
export type Says =
  | {
      readonly status?: number;
      readonly json?: unknown;
      readonly text?: string | Buffer;
      readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    }
  | 'hang up'
  | 'silence';

export type LocalApi = AsyncDisposable & {
  /** `https://localhost:PORT` */
  readonly server: string;
  readonly port: number;
  readonly got: readonly Got[];
  /** TCP connections that were opened so far. */
  readonly connections: () => number;
  /** Ends the connections that lie idle. */
  readonly endIdle: () => void;
};

let authority: Promise<Authority> | undefined;
/** One for all tests of a file. */
export const theAuthority = (): Promise<Authority> => {
  authority ??= makeAuthority('Cluster authority');
  return authority;
};

const issued = new Map<string, ReturnType<Authority['issue']>>();
async function certificateFor(names: readonly string[]): Promise<ReturnType<Authority['issue']>> {
  const made = issued.get(names.join()) ?? (await theAuthority()).issue({ commonName: 'api', names, serial: '02' });
  issued.set(names.join(), made);
  return made;
}

/** Serves an API on a free port of this machine, answering in order or by a function. */
export async function serveApi(
  answers: readonly Says[] | ((got: Got) => Says | Promise<Says>),
  tls: ServerOptions & { readonly names?: readonly string[] } = {},
): Promise<LocalApi> {
  const { names = ['localhost'], ...options } = tls;
  const got: Got[] = [];
  const sockets = new Set<Socket>();
  const next = typeof answers === 'function' ? answers : () => answers[Math.min(got.length, answers.length) - 1] ?? {};
  const server = createServer({ ...(await certificateFor(names)), ...options }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '', 'https://localhost');
    const one: Got = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
      socket: request.socket as TLSSocket,
      resumed: (request.socket as TLSSocket).isSessionReused(),
    };
    got.push(one);
    const says = await next(one);
    if (says === 'hang up') return void request.socket.destroy();
    if (says === 'silence') return;
    response.writeHead(says.status ?? 200, { 'content-type': 'application/json', ...says.headers } as Record<
      string,
      string
    >);
    response.end(says.text ?? JSON.stringify(says.json ?? {}));
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return {
    server: `https://localhost:${port}`,
    port,
    got,
    connections: () => sockets.size,
    endIdle: () => server.closeIdleConnections(),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

const open: Connection[] = [];
const folders: AsyncDisposable[] = [];

afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
});
afterAll(async () => {
  for (const folder of folders.splice(0)) await folder[Symbol.asyncDispose]();
});

/** A connection by a kubeconfig that says `says`, with no environment but that given. Closed after the test. */
export async function connectWith(says: KubeconfigSays, options: ConnectOptions = {}): Promise<Connection> {
  const connection = await connect({ env: {}, kubeconfig: await kubeconfigOf(says), ...options });
  open.push(connection);
  return connection;
}

/** The path of a kubeconfig that says `says`, in a folder that is removed at the end. */
async function kubeconfigOf(says: KubeconfigSays): Promise<string> {
  const folder = await temporaryFolder();
  folders.push(folder);
  return writeKubeconfig(`${folder.path}/config`, { ca: (await theAuthority()).cert, ...says });
}

/** A Status as an API server refuses with it. */
export function refusal(status: number, reason: string, message: string, details: object = {}): Says {
  return {
    status,
    json: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code: status },
  };
}
