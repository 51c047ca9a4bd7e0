import { request } from 'node:https';

export type Reply = { readonly code: number; readonly body: Record<string, unknown>; readonly text: string };

/** Asks a practice server as plainly as curl does. */
export function asker(
  url: string,
  authority: string,
  token: string,
): (method: string, path: string, body?: unknown, contentType?: string) => Promise<Reply> {
  return (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const sending = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      const sent = request(
        `${url}${path}`,
        {
          method,
          ca: authority,
          agent: false,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': contentType,
            'user-agent': 'kubectl/v1.34.4',
            // Node leaves a DELETE without any length.
            'content-length': Buffer.byteLength(sending),
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            const text = Buffer.concat(parts).toString();
            resolve({
              code: response.statusCode ?? 0,
              body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
              text,
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(sending);
    });
}
