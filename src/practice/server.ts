import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type User, unauthorized } from './access.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { authority, issued, rsaKey } from './authority.ts';
import { routeOf, verbOf } from './route.ts';

/** One request that came in, for tests that count them or claim that nothing was changed. */
export type Asked = {
  readonly verb: string;
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly dryRun: boolean;
  readonly user: string;
  readonly code: number;
};

/** A request that could have changed the cluster. Access reviews are POSTs that store nothing. */
export const couldChange = ({ verb, dryRun, path }: Asked): boolean =>
  !['get', 'list', 'watch'].includes(verb) && !dryRun && !path.endsWith('subjectaccessreviews');

export type PracticeServer = {
  readonly url: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string;
  readonly requests: () => readonly Asked[];
  readonly close: () => Promise<void>;
};

/** The practice API over HTTPS on 127.0.0.1, with an authority of its own and users by bearer token. */
export async function startServer(options: {
  readonly answer: (request: ApiRequest) => ApiAnswer;
  readonly userOf: (token: string) => User | undefined;
  /** The clock of the cluster, which the Date of every answer tells. */
  readonly now: () => Date;
}): Promise<PracticeServer> {
  const asked: Asked[] = [];
  const own = serverIdentity();
  const server = createServer({ key: own.key, cert: own.certificate }, (request, response) => {
    void respond(request, response, options, asked);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    authority: own.authority,
    requests: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function serverIdentity(): { readonly key: string; readonly certificate: string; readonly authority: string } {
  const day = 24 * 60 * 60 * 1000;
  const [from, to] = [new Date(Date.now() - day), new Date(Date.now() + 30 * day)];
  const root = authority({ commonName: 'orion-setup practice cluster' }, from, to);
  const { key, certificate } = issued(root, {
    commonName: 'kube-apiserver',
    hosts: ['localhost'],
    addresses: ['127.0.0.1'],
    from,
    to,
    key: rsaKey('kube-apiserver'),
  });
  return { key, certificate, authority: root.certificate };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { answer, userOf, now }: Parameters<typeof startServer>[0],
  asked: Asked[],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://127.0.0.1');
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  const user = userOf((request.headers.authorization ?? '').replace(/^Bearer /, ''));
  const method = request.method ?? 'GET';
  const body = await textOf(request);
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  let said: ApiAnswer;
  try {
    said = user
      ? answer({ method, path: url.pathname, query: url.searchParams, contentType, body, user, agent })
      : { code: 401, body: unauthorized().body };
  } catch (error) {
    // A fault of the practice cluster itself: said as the server it stands for would, so that the tool's own report of it is seen.
    said = {
      code: 500,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
        reason: 'InternalError',
        code: 500,
      },
    };
  }
  asked.push({
    verb: verbOf(method, routeOf(url.pathname)?.name ?? '', url.searchParams.get('watch') === 'true'),
    method,
    path: url.pathname,
    contentType,
    dryRun: url.searchParams.has('dryRun') || /"dryRun":\s*\["All"\]/.test(body),
    user: user?.name ?? '',
    code: said.code,
  });
  const text = typeof said.body === 'string' ? said.body : JSON.stringify(said.body);
  response.sendDate = false;
  const retryAfter = (said.body as { readonly details?: { readonly retryAfterSeconds?: number } } | undefined)?.details
    ?.retryAfterSeconds;
  response.writeHead(said.code, {
    date: now().toUTCString(),
    ...(said.contentType === ''
      ? {}
      : {
          'content-type':
            said.contentType ?? (typeof said.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'),
        }),
    ...(said.location ? { location: said.location } : {}),
    'content-length': Buffer.byteLength(text),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  });
  response.end(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
