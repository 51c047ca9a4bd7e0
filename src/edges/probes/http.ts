import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { familyOf } from '../../core/addresses.ts';
import { type Fetched, seen, type Unread } from '../../core/fetched.ts';
import { type HttpAnswer, keptHeaders } from '../../core/look-answers.ts';
import { isRedirect, redirectFrom, shown } from '../../core/redirect.ts';
import { bound } from './bound.ts';
import { type ConnectionFailure, cannotLook, connectionFailure } from './connection-failure.ts';
import { printable } from './printable.ts';

/** What a GET needs to know of the world around it. */
export type Ways = {
  /** Where a connection for `name` to `address:port` really goes (`--connect-to`). */
  readonly divert: (name: string, address: string, port: number) => { readonly host: string; readonly port: number };
  /** The addresses of a redirect's target. */
  readonly resolve: (name: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly timeoutMs: number;
  /** Whether redirects are followed. */
  readonly follow: boolean;
};

const bodyLength = 1024;

/**
 * GET `url` from `address`, as a certificate authority does it for HTTP-01 (RFC 8555, 8.3): no cookies, no proxy, up to ten
 * redirects to ports 80 and 443, certificates not checked. A connection that fails after a redirect is a bad redirect: the address
 * that was asked about did answer. Rejects with the signal's reason when `signal` aborts.
 */
export async function getAsCa(
  url: string,
  address: string,
  ways: Ways,
  signal: AbortSignal,
): Promise<Fetched<HttpAnswer>> {
  signal.throwIfAborted();
  const bounded = bound(ways.timeoutMs, signal);
  const asked: URL[] = [];
  let next = new URL(url);
  let from = address;
  for (;;) {
    asked.push(next);
    const got = await getOnce(next, from, ways, bounded);
    signal.throwIfAborted();
    if ('ok' in got) return got;
    if ('why' in got) return seen({ outcome: 'failed', ...(asked.length > 1 ? afterRedirect(next, got) : got) });
    if (!ways.follow || !isRedirect(got.status, got.location)) return seen(answered(got, asked));
    const redirect = redirectFrom(got.status, got.location, asked);
    if (!redirect.ok) return seen(badRedirect(redirect.detail));
    if (redirect.url.hostname !== next.hostname) {
      const found = pickAddress(await ways.resolve(redirect.url.hostname, bounded), from);
      signal.throwIfAborted();
      if (found === undefined)
        return seen(badRedirect(`redirects to ${shown(redirect.url)}, whose name has no address`));
      from = found;
    }
    next = redirect.url;
  }
}

const badRedirect = (detail: string) =>
  ({ outcome: 'failed', why: 'bad-redirect', detail: printable(detail, 400) }) as const;

/** TLS that fails stays TLS that fails: it is mended at the other end, not at the redirect. */
function afterRedirect(url: URL, { why, detail }: ConnectionFailure): { why: 'bad-redirect' | 'tls'; detail: string } {
  return {
    why: why === 'tls' ? 'tls' : 'bad-redirect',
    detail: printable(`redirects to ${shown(url)}: ${detail}`, 400),
  };
}

/** The same family as before, so that what IPv6 does is not blamed on IPv4. */
function pickAddress(addresses: readonly string[], like: string): string | undefined {
  return addresses.find((address) => familyOf(address) === familyOf(like)) ?? addresses[0];
}

type Got = {
  readonly status: number;
  readonly server: string;
  readonly location: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

async function getOnce(
  url: URL,
  address: string,
  ways: Ways,
  bounded: AbortSignal,
): Promise<Got | ConnectionFailure | Unread> {
  const isTls = url.protocol === 'https:';
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const to = ways.divert(name, address, Number(url.port || (isTls ? 443 : 80)));
  let state = 'no connection';
  try {
    return await new Promise<Got>((resolve, reject) => {
      const request: ClientRequest = (isTls ? requestHttps : requestHttp)({
        ...to,
        path: `${url.pathname}${url.search}`,
        headers: {
          Host: url.host,
          Accept: '*/*',
          'User-Agent': 'Mozilla/5.0 (compatible; orion-setup)',
          Connection: 'close',
        },
        agent: false,
        signal: bounded,
        ...(isTls ? { rejectUnauthorized: false, ...(familyOf(name) === undefined ? { servername: name } : {}) } : {}),
      });
      request.on('socket', (socket) =>
        socket.once('connect', () => {
          state = 'connected, but no answer';
        }),
      );
      request.on('response', (response) => {
        state = `answered ${response.statusCode}, but the body did not end`;
        readStart(response).then((body) => resolve(gotFrom(response, body)), reject);
      });
      request.on('error', reject);
      request.end();
    });
  } catch (error) {
    if (bounded.aborted) return { why: 'timed-out', detail: `${state} within ${ways.timeoutMs / 1000} s` };
    const failure = connectionFailure(error);
    if (!failure) throw error;
    return cannotLook(failure, to.host) ?? failure;
  }
}

/** As much of the body as is kept; the rest is not waited for. */
async function readStart(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let body = '';
  for await (const chunk of response) {
    body += chunk;
    // Controls are stripped afterwards, so somewhat more than is kept.
    if (body.length > 4 * bodyLength) break;
  }
  return body;
}

const gotFrom = (response: IncomingMessage, body: string): Got => ({
  status: response.statusCode ?? 0,
  server: String(response.headers['server'] ?? ''),
  location: response.headers.location ?? '',
  body,
  headers: Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = response.headers[name];
      return value === undefined ? [] : [[name, printable(String(value), 400)]];
    }),
  ),
});

function answered(got: Got, asked: readonly URL[]): HttpAnswer {
  const isKey = isKeyAuthorization(got.body, asked[0]?.pathname ?? '');
  const location = got.location === '' ? null : URL.parse(got.location, asked.at(-1));
  return {
    outcome: 'answered',
    status: got.status,
    body: isKey ? '' : printable(got.body, bodyLength),
    isKey,
    server: printable(got.server, 200),
    location: printable(location ? shown(location) : got.location, 400),
    hops: asked.map((url) => printable(shown(url), 400)),
    headers: got.headers,
  };
}

function isKeyAuthorization(body: string, path: string): boolean {
  const [, token] = /^\/\.well-known\/acme-challenge\/([A-Za-z0-9_-]+)$/.exec(path) ?? [];
  const trimmed = body.trim();
  return (
    token !== undefined &&
    trimmed.startsWith(`${token}.`) &&
    /^[A-Za-z0-9_-]{43}$/.test(trimmed.slice(token.length + 1))
  );
}
