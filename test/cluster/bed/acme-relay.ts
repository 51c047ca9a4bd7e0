import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { KeyPair } from './authority.ts';

export type AcmeProblem = {
  /** The last word of urn:ietf:params:acme:error:… */
  readonly type: string;
  readonly detail: string;
  readonly status: number;
  readonly retryAfterSeconds?: number;
};

/** What can be answered in the authority's place. */
const endpoints = {
  'new-account': '/sign-me-up',
  'new-order': '/order-plz',
  order: '/my-order/',
  authorization: '/authZ/',
  challenge: '/chalZ/',
  finalize: '/finalize-order/',
  certificate: '/certZ/',
} as const;
export type AcmeEndpoint = keyof typeof endpoints;

type Override = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly retryAfterSeconds?: number;
};
type Answer = { readonly response: IncomingMessage; readonly body: Buffer };
type Target = { readonly host: string; readonly port: number };
type Entrance = { readonly address: string; readonly port: number; readonly pair: KeyPair };

export type AcmeRelay = {
  /** Every request to this endpoint gets this problem, until `reset`. */
  readonly refuse: (endpoint: AcmeEndpoint, problem: AcmeProblem) => void;
  /** As `refuse`, with something that is no ACME problem: an overloaded proxy's page, say. */
  readonly answer: (endpoint: AcmeEndpoint, status: number, body: string, contentType: string) => void;
  /** The authority accepts orders, and says of every validation that it failed with this. */
  readonly failValidations: (problem: AcmeProblem) => void;
  readonly reset: () => void;
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const problemBody = (problem: AcmeProblem) => ({
  type: `urn:ietf:params:acme:error:${problem.type}`,
  detail: problem.detail,
  status: problem.status,
});

/** Says of an authorization, a challenge or an order, whichever it is, that its validation failed. */
function asFailed(path: string, text: string, problem: AcmeProblem): string {
  const body = JSON.parse(text);
  const error = problemBody(problem);
  if (path.startsWith(endpoints.challenge)) return JSON.stringify({ ...body, status: 'invalid', error });
  if (path.startsWith(endpoints.order)) return JSON.stringify({ ...body, status: 'invalid' });
  return JSON.stringify({
    ...body,
    status: 'invalid',
    challenges: body.challenges.map((challenge: object) => ({ ...challenge, status: 'invalid', error })),
  });
}

/** Where pebble has taken a challenge, and not merely shown it, its answer points up to the authorization that this decides. */
const authorizationAbove = ({ headers }: IncomingMessage): readonly string[] =>
  /<([^>]*)>;rel="up"/.exec(String(headers['link']))?.slice(1) ?? [];

/** The authorizations by which an answer is a verdict: a challenge is decided with its own, an Order with any of its own. */
function decidedBy(path: string, { response, body }: Answer): readonly string[] {
  if (response.statusCode !== 200) return [];
  if (path.startsWith(endpoints.authorization)) return [path];
  if (path.startsWith(endpoints.challenge)) return authorizationAbove(response).map(pathOf);
  return path.startsWith(endpoints.order) ? JSON.parse(body.toString()).authorizations.map(pathOf) : [];
}

const pathOf = (url: string): string => new URL(url).pathname;

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Host stays as the client wrote it: pebble builds its URLs from it, and the client signs them. */
async function forward(
  target: Target,
  method: string,
  path: string,
  headers: IncomingMessage['headers'],
  body: Buffer,
): Promise<Answer> {
  const request = https.request({ ...target, method, path, headers, rejectUnauthorized: false });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { response, body: await bodyOf(response) };
}

/** Stands in front of an ACME server. It also answers to /directory, as Let's Encrypt does. */
export async function startAcmeRelay(entrances: readonly Entrance[], target: Target): Promise<AcmeRelay> {
  const overrides = new Map<string, Override>();
  let failure: AcmeProblem | undefined;
  /** Authorizations whose challenge was taken. Of others there is no verdict yet, whatever has become of theirs meanwhile. */
  const decided = new Set<string>();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url === '/directory' ? '/dir' : (request.url ?? '/');
    const body = await bodyOf(request);
    const override = [...overrides].find(([prefix]) => path.startsWith(prefix))?.[1];
    if (override !== undefined) {
      // The client needs a nonce from every answer, and only pebble's are good.
      const nonce = await forward(target, 'HEAD', '/nonce-plz', { host: request.headers.host }, Buffer.alloc(0));
      response.setHeader('replay-nonce', nonce.response.headers['replay-nonce'] ?? '');
      if (override.retryAfterSeconds !== undefined) response.setHeader('retry-after', override.retryAfterSeconds);
      response.writeHead(override.status, { 'content-type': override.contentType }).end(override.body);
      return;
    }
    const answer = await forward(target, request.method ?? 'GET', path, request.headers, body);
    const authorizations = decidedBy(path, answer);
    if (path.startsWith(endpoints.challenge)) for (const taken of authorizations) decided.add(taken);
    const isVerdict = authorizations.some((authorization) => decided.has(authorization));
    const text = isVerdict && failure !== undefined ? asFailed(path, answer.body.toString(), failure) : answer.body;
    const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = answer.response.headers;
    response.writeHead(answer.response.statusCode ?? 502, headers).end(text);
  };

  const servers = entrances.map(({ address, port, pair }) => {
    const server = https.createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
      handle(request, response).catch((error: Error) => response.writeHead(502).end(error.message));
    });
    return { server, address, port };
  });
  const open = async (): Promise<void> => {
    for (const { server, address, port } of servers.filter((each) => !each.server.listening)) {
      server.listen(port, address);
      await once(server, 'listening');
    }
  };
  await open();
  return {
    refuse: (endpoint, problem) => {
      const { retryAfterSeconds } = problem;
      const body = JSON.stringify(problemBody(problem));
      const override = { status: problem.status, contentType: 'application/problem+json', body };
      overrides.set(
        endpoints[endpoint],
        retryAfterSeconds === undefined ? override : { ...override, retryAfterSeconds },
      );
    },
    answer: (endpoint, status, body, contentType) =>
      void overrides.set(endpoints[endpoint], { status, body, contentType }),
    failValidations: (problem) => {
      failure = problem;
    },
    reset: () => {
      overrides.clear();
      failure = undefined;
    },
    open,
    close: async () => {
      for (const { server } of servers.filter((each) => each.server.listening)) {
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
      }
    },
  };
}
