import { once } from 'node:events';
import http, { type RequestListener, type ServerResponse } from 'node:http';
import https, { type ServerOptions } from 'node:https';
import net from 'node:net';
import { afterAll } from 'vitest';
import { until } from '../bed/bed.ts';

/**
 * What listens on one port of every pod, as a test wants it: the addresses of pods lie on the loopback device of the bed, where the
 * test runs too. Of the requests to one pod, `localAddress` tells which.
 */
const open: (http.Server | https.Server)[] = [];
const plain: net.Server[] = [];

export async function listen(port: number, answer: RequestListener, tls?: ServerOptions): Promise<void> {
  const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
  server.listen(port, '0.0.0.0');
  await once(server, 'listening');
  open.push(server);
}

afterAll(() => {
  for (const server of open) {
    server.close();
    server.closeAllConnections();
  }
  for (const server of plain) server.close();
});

/** What talks no HTTP: each connection is for `answer`. */
export async function listenPlain(port: number, answer: (socket: net.Socket) => void): Promise<void> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    answer(socket);
  });
  server.listen(port, '0.0.0.0');
  await once(server, 'listening');
  plain.push(server);
}

/** Waits until a program that was started listens there. */
export const untilOpen = (what: string, port: number): Promise<true> =>
  until(`${what} on port ${port}`, async () => {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    return true as const;
  });

/** A TLS server that answers whoever speaks plain HTTP to it with an alert of TLS, as Java's and Rust's do. */
export async function listenAlerting(port: number, answer: RequestListener, tls: ServerOptions): Promise<void> {
  const behind = https.createServer(tls, answer);
  const alert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]);
  await listenPlain(port, (socket) => {
    socket.once('data', (first) => {
      const isHandshake = first[0] === 0x16;
      if (!isHandshake) return void socket.end(alert);
      socket.pause();
      socket.unshift(first);
      behind.emit('connection', socket);
      return process.nextTick(() => socket.resume());
    });
  });
}

const exposition = ['# TYPE http_requests_total counter', 'http_requests_total{status="200"} 7', ''].join('\n');

export const metrics = (response: ServerResponse, body = exposition): void => {
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(body);
};
