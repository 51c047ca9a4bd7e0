import https from 'node:https';

/** JSON as the API server writes it. The bed reads few fields of many kinds, so it keeps no models of them. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Json = any;

type Answer = { readonly status: number; readonly body: Json };
export type ApiClient = {
  readonly request: (method: string, path: string, body?: unknown, contentType?: string) => Promise<Answer>;
  readonly get: (path: string) => Promise<Json>;
  /** The object, or undefined where there is none. */
  readonly find: (path: string) => Promise<Json | undefined>;
  readonly create: (path: string, body: unknown) => Promise<Json>;
  readonly mergePatch: (path: string, body: unknown) => Promise<Json>;
};

class ApiError extends Error {
  readonly status: number;
  constructor(method: string, path: string, answer: Answer) {
    super(`${method} ${path}: ${answer.status} ${answer.body?.message ?? ''}`);
    this.status = answer.status;
  }
}

export function apiClient(server: string, certificateAuthority: string, token: string): ApiClient {
  const agent = new https.Agent({ keepAlive: true, ca: certificateAuthority });

  const request: ApiClient['request'] = (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': contentType };
      const outgoing = https.request(new URL(path, server), { method, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = response.headers['content-type']?.startsWith('application/json') ?? false;
          resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });

  const insist = async (method: string, path: string, body?: unknown, contentType?: string): Promise<Json> => {
    const answer = await request(method, path, body, contentType);
    if (answer.status >= 400) throw new ApiError(method, path, answer);
    return answer.body;
  };

  return {
    request,
    get: (path) => insist('GET', path),
    find: async (path) => {
      const answer = await request('GET', path);
      if (answer.status === 404) return undefined;
      if (answer.status >= 400) throw new ApiError('GET', path, answer);
      return answer.body;
    },
    create: (path, body) => insist('POST', path, body),
    mergePatch: (path, body) => insist('PATCH', path, body, 'application/merge-patch+json'),
  };
}
