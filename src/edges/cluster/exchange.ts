import http from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** One request as it goes out. `path` begins with `/api` and holds the query. */
export type Outgoing = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
};

/** The answer as it came, whatever its status. */
export type Answer = {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Texts of the Warning headers (RFC 9111, 5.5), as they came. */
  readonly warnings: readonly string[];
  readonly text: string;
};

/** No answer. `phase` says how far it got: what was sent may have been done. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly phase: 'connecting' | 'waiting';

  constructor(phase: 'connecting' | 'waiting', cause: unknown) {
    super('no answer', { cause });
    this.phase = phase;
  }
}

const unzip = promisify(gunzip);

/** Connections that have once been made: later requests find them ready. */
const readySockets = new WeakSet<object>();

/** Sends one request to `server` (its path, as Rancher's `/k8s/clusters/c-1`, comes first). Rejects with NoAnswer only. */
export async function exchange(
  server: URL,
  options: RequestOptions,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<Answer> {
  const body = outgoing.body === undefined ? undefined : Buffer.from(JSON.stringify(outgoing.body));
  let phase: NoAnswer['phase'] = 'connecting';
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = (server.protocol === 'http:' ? http : https).request({
        ...urlToHttpOptions(server),
        ...options,
        method: outgoing.method,
        path: server.pathname.replace(/\/$/, '') + outgoing.path,
        signal,
        headers: {
          ...(options.headers as http.OutgoingHttpHeaders),
          accept: 'application/json',
          'accept-encoding': 'gzip',
          'user-agent': 'orion-setup',
          ...(body === undefined
            ? {}
            : { 'content-type': outgoing.contentType ?? 'application/json', 'content-length': body.length }),
        },
      });
      request.on('socket', (socket) => {
        const isReady = () => {
          phase = 'waiting';
        };
        // reusedSocket is not set for a request that waited in the agent's queue for a connection to come free.
        if (readySockets.has(socket)) isReady();
        else {
          socket.once(server.protocol === 'http:' ? 'connect' : 'secureConnect', () => {
            readySockets.add(socket);
            isReady();
          });
        }
      });
      request.on('response', resolve);
      request.on('error', reject);
      request.end(body);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const whole = Buffer.concat(chunks);
    const text = response.headers['content-encoding'] === 'gzip' ? await unzip(whole) : whole;
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      warnings: (response.headersDistinct['warning'] ?? []).flatMap(warningTexts),
      text: text.toString('utf8'),
    };
  } catch (error) {
    throw new NoAnswer(phase, error);
  }
}

/** `299 - "text"`, several in one header too; the text is a quoted string. */
function warningTexts(header: string): readonly string[] {
  return [...header.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replaceAll(/\\(.)/g, '$1'),
  );
}
