import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { createSecureContext } from 'node:tls';
import { currentBed } from '../bed/bed.ts';
import type { Site } from './site.ts';

const address = '127.77.0.52';
const challengePath = '/.well-known/acme-challenge/';

/**
 * An edge that sends everything to HTTPS and knows no default certificate: without a certificate in the site's Secret it refuses the handshake,
 * with one it serves it and passes the challenge on to the solver.
 */
export async function strictEdge(site: Site) {
  const bed = currentBed();
  const name = `edge-${site.host}`;
  const context = async () => {
    const secret = await bed.api.find(`/api/v1/namespaces/${site.namespace}/secrets/auth-tls-secret`);
    const decoded = (key: string): string => Buffer.from(secret?.data?.[key] ?? '', 'base64').toString();
    return decoded('tls.crt') === ''
      ? undefined
      : createSecureContext({ cert: decoded('tls.crt'), key: decoded('tls.key') });
  };
  const server = https.createServer(
    {
      SNICallback: (_, done) =>
        void context().then(
          (found) => done(null, found),
          (error: Error) => done(error),
        ),
    },
    (_, response) => {
      const failed = (error: Error): void => void response.writeHead(502).end(error.message);
      challengeOf(site).then(({ host, path }) => {
        http
          .get({ host, port: 8089, path, headers: { host: site.host } }, (answer) => {
            response.writeHead(answer.statusCode ?? 502);
            answer.pipe(response);
          })
          .on('error', failed);
      }, failed);
    },
  );
  server.listen(443, address);
  await once(server, 'listening');
  await bed.dns.set(name, { a: [address] });
  await bed.ingress.respond({
    host: site.host,
    pathPrefix: challengePath,
    status: 301,
    headers: { location: `https://${name}${challengePath}any` },
  });
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Where the solver of the site's Challenge listens, and for what. */
async function challengeOf({ namespace }: Site): Promise<{ readonly host: string; readonly path: string }> {
  const { api } = currentBed();
  const [challenges, pods] = await Promise.all([
    api.get(`/apis/acme.cert-manager.io/v1/namespaces/${namespace}/challenges`),
    api.get(`/api/v1/namespaces/${namespace}/pods?labelSelector=acme.cert-manager.io%2Fhttp01-solver%3Dtrue`),
  ]);
  return {
    host: pods.items[0]?.status?.podIP ?? address,
    path: `${challengePath}${challenges.items[0]?.spec.token ?? ''}`,
  };
}
