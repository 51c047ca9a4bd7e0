import { once } from 'node:events';
import http, { type RequestListener, type ServerResponse } from 'node:http';
import https, { type ServerOptions } from 'node:https';
import { afterAll } from 'vitest';

/**
 * What listens on one port of every pod, as a test wants it: the addresses of pods lie on the loopback device of the bed, where the
 * test runs too. Of the requests to one pod, `localAddress` tells which.
 */
const open: (http.Server | https.Server)[] = [];

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
});

const exposition = ['# TYPE http_requests_total counter', 'http_requests_total{status="200"} 7', ''].join('\n');

export const metrics = (response: ServerResponse, body = exposition): void => {
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(body);
};
