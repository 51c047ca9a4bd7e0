import { createServer as createHttp, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';

/** Servers of the test's own on a free port of 127.0.0.1. */
export type LocalServer = AsyncDisposable & { readonly port: number };

export const serveHttp = (listener: RequestListener): Promise<LocalServer> => listen(createHttp(listener));

export const serveHttps = (
  identity: { readonly cert: string; readonly key: string } & Pick<SecureContextOptions, 'minVersion' | 'ciphers'>,
  listener: RequestListener,
): Promise<LocalServer> => listen(createHttps({ ...identity }, listener));

export const serveTcp = (listener: (socket: Socket) => void): Promise<LocalServer> => listen(createTcp(listener));

/** A port that nothing listens on (tcpmux): one that was free a moment ago may be another test's by now. */
export const closedPort = 1;

async function listen(server: Server | HttpServer): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}
