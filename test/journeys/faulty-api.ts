import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { parse, stringify } from 'yaml';
import { authority, issued, rsaKey } from '../../src/practice/authority.ts';

/** What goes wrong between this tool and an API server. */
export const faults = {
  'the connection is reset before the answer': (_, __, reset) => reset(),
  'the connection is reset in the middle of the answer': (answer, response, reset) => {
    half(answer, response);
    setImmediate(reset);
  },
  'the answer ends in its middle': (answer, response) => {
    half(answer, response);
    setImmediate(() => response.socket?.end());
  },
  'half a document, said to be whole': ({ body }, response) =>
    void response.writeHead(200, json).end(body.subarray(0, body.length / 2)),
  'no body': (_, response) => void response.writeHead(200, json).end(),
  null: (_, response) => void response.writeHead(200, json).end('null'),
  'a list of nothing that is an object': (_, response) =>
    void response.writeHead(200, json).end('{"items":[null,1,"x",{}]}'),
  'the page of a proxy': (_, response) =>
    void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'),
  'too many requests': (_, response) => void response.writeHead(429, { 'retry-after': '1' }).end(),
  'something that is not HTTP': (_, response) => void response.socket?.end('HELLO\n\n'),
  'no answer': () => undefined,
  'an answer that stops coming': (answer, response) => half(answer, response),
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;

type Relayed = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: Buffer };
/** `reset` breaks the TCP connection below TLS off, with a RST. */
type Fault = (answer: Relayed, response: ServerResponse, reset: () => void) => void;
const json = { 'content-type': 'application/json' };

function half({ status, body }: Relayed, response: ServerResponse): void {
  response.writeHead(status, { ...json, 'content-length': body.length });
  response.write(body.subarray(0, body.length / 2));
}

/** Stands between this tool and the server of a kubeconfig, and misbehaves from the given request on. */
export async function faultyApi(kubeconfig: string) {
  const config = parse(readFileSync(kubeconfig, 'utf8'));
  const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
  const [from, to] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 86_400_000)];
  const own = authority({ commonName: 'faulty' }, from, to);
  const { key, certificate } = issued(own, {
    commonName: 'kube-apiserver',
    hosts: ['localhost'],
    addresses: ['127.0.0.1'],
    from,
    to,
    key: rsaKey('kube-apiserver'),
  });
  /** By the port of the other end: a TLS socket does not lead to the one below it. */
  const connections = new Map<number | undefined, Socket>();
  let count = 0;
  let fault: { readonly of: Fault; readonly after: number } | undefined;
  const relay = createServer({ key, cert: certificate }, async (incoming, response) => {
    count += 1;
    const answer = await forward(incoming);
    const reset = (): void => void connections.get(incoming.socket.remotePort)?.resetAndDestroy();
    if (fault !== undefined && count > fault.after) fault.of(answer, response, reset);
    else response.writeHead(answer.status, json).end(answer.body);
  });
  relay.on('connection', (below: Socket) => connections.set(below.remotePort, below));
  const forward = async (incoming: IncomingMessage): Promise<Relayed> => {
    const sent = await buffer(incoming);
    const { host: _, 'accept-encoding': __, ...headers } = incoming.headers;
    return await new Promise((resolve, reject) => {
      request(`${server}${incoming.url}`, { method: incoming.method, headers, ca: Buffer.from(ca, 'base64') }, (got) =>
        buffer(got).then((body) => resolve({ status: got.statusCode ?? 0, headers: got.headers, body }), reject),
      )
        .on('error', reject)
        .end(sent);
    });
  };
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const { port } = relay.address() as AddressInfo;
  const file = `${kubeconfig}.faulty`;
  config.clusters[0].cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': Buffer.from(own.certificate).toString('base64'),
  };
  writeFileSync(file, stringify(config));
  return {
    kubeconfig: file,
    requests: () => count,
    misbehave: (name: FaultName | undefined, after = 0) => {
      count = 0;
      fault = name === undefined ? undefined : { of: faults[name], after };
    },
    close: () => {
      relay.closeAllConnections();
      relay.close();
    },
  };
}
