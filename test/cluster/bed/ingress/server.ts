import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { addresses } from '../addresses.ts';
import type { ApiClient, Json } from '../api-client.ts';
import { silenceLoadBalancer } from '../network.ts';
import { certificateFor, fakeCertificate } from './certificates.ts';
import { policiesAllow, publishAddress, readyEndpoints, servedIngresses } from './cluster.ts';
import { addedHeaders } from './headers.ts';
import { nginxPage } from './pages.ts';
import { route, tlsOf } from './routing.ts';

/** An answer given before any Ingress is asked: a CDN, a login page, another server of the same name. */
export type Interception = {
  readonly host: string;
  readonly pathPrefix?: string;
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Ingress = {
  readonly respond: (interception: Interception) => void;
  readonly enforcePolicies: (enforced: boolean) => void;
  readonly close: (port: 80 | 443) => Promise<void>;
  readonly open: (port: 80 | 443) => Promise<void>;
  /** Packets to the load balancer vanish: connections time out instead of being refused. */
  readonly silence: (silent: boolean) => void;
  readonly reset: () => Promise<void>;
};

const annotation = (ingress: Json, name: string): string | undefined =>
  ingress.metadata.annotations?.[`nginx.ingress.kubernetes.io/${name}`];

/** ingress-nginx never redirects here, so that a certificate can come before TLS works. */
const neverRedirected = '/.well-known/acme-challenge';

/** Stands in for ingress-nginx: reads the cluster at every request, so that what is true now is what is served. */
export async function startIngress(api: ApiClient): Promise<Ingress> {
  let interceptions: Interception[] = [];
  let policiesEnforced = false;

  const isRedirected = (ingresses: readonly Json[], ingress: Json, host: string, path: string): boolean => {
    if (path.startsWith(neverRedirected)) return false;
    if (annotation(ingress, 'force-ssl-redirect') === 'true') return true;
    return annotation(ingress, 'ssl-redirect') !== 'false' && tlsOf(ingresses, host) !== undefined;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse, overTls: boolean): Promise<void> => {
    const page = (status: number) =>
      void response.writeHead(status, { 'content-type': 'text/html' }).end(nginxPage(status));
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const target = request.url ?? '/';
    const path = target.replace(/\?.*$/, '');

    const intercepted = interceptions.find((each) => each.host === host && path.startsWith(each.pathPrefix ?? '/'));
    if (intercepted !== undefined) {
      response.writeHead(intercepted.status, intercepted.headers).end(intercepted.body ?? '');
      return;
    }
    const ingresses = await servedIngresses(api);
    const found = route(ingresses, host, path);
    if (found === undefined) return page(404);
    if (!overTls && isRedirected(ingresses, found.ingress, host, path)) {
      response
        .writeHead(308, { 'content-type': 'text/html', location: `https://${host}${target}` })
        .end(nginxPage(308));
      return;
    }
    const { namespace } = found.ingress.metadata;
    const [endpoint] = await readyEndpoints(api, namespace, found.backend);
    if (endpoint === undefined) return page(503);
    // The real one waits for its connection before it gives up; the answer is the same.
    if (policiesEnforced && !(await policiesAllow(api, namespace, endpoint))) return page(504);

    const headers = { ...request.headers, 'x-forwarded-proto': overTls ? 'https' : 'http', 'x-forwarded-host': host };
    const onward = http.request({
      host: endpoint.address,
      port: endpoint.port,
      method: request.method,
      path: target,
      headers,
    });
    request.pipe(onward);
    onward.on('error', () => page(502));
    onward.on('response', (answer) => {
      addedHeaders(api, found.ingress, overTls).then((added) => {
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...added });
        answer.pipe(response);
      }, fail(response));
    });
  };
  const fail = (response: ServerResponse) => (error: Error) => {
    console.error(`bed: ingress: ${error.message}`);
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/html' });
    response.end(nginxPage(500));
  };

  const fake = fakeCertificate();
  const withoutTls = () =>
    http.createServer((request, response) => void handle(request, response, false).catch(fail(response)));
  const withTls = () =>
    https.createServer(
      {
        cert: fake.certificate,
        key: fake.key,
        SNICallback: (name, done) => {
          certificateFor(api, name.toLowerCase()).then(
            // Undefined means the server's own certificate: the fake one.
            (context) => done(null, context),
            (error: Error) => done(error),
          );
        },
      },
      (request, response) => void handle(request, response, true).catch(fail(response)),
    );
  const servers = [addresses.loadBalancer, addresses.loadBalancer6].map((address) => ({
    address,
    at: { 80: withoutTls(), 443: withTls() },
  }));
  const open: Ingress['open'] = async (port) => {
    for (const { address, at } of servers) {
      if (at[port].listening) continue;
      at[port].listen(port, address);
      await once(at[port], 'listening');
    }
  };
  const close: Ingress['close'] = async (port) => {
    for (const { at } of servers) {
      if (!at[port].listening) continue;
      at[port].close();
      at[port].closeAllConnections();
      await once(at[port], 'close');
    }
  };
  let silenced = false;
  const silence: Ingress['silence'] = (silent) => {
    if (silent !== silenced) silenceLoadBalancer(silent);
    silenced = silent;
  };
  await Promise.all([open(80), open(443)]);
  const publish = () =>
    void publishAddress(api, addresses.loadBalancer).catch((error: Error) =>
      console.error(`bed: ingress: ${error.message}`),
    );
  setInterval(publish, 1000).unref();

  return {
    respond: (interception) => void interceptions.push(interception),
    enforcePolicies: (enforced) => {
      policiesEnforced = enforced;
    },
    open,
    close,
    silence,
    reset: async () => {
      interceptions = [];
      policiesEnforced = false;
      silence(false);
      await Promise.all([open(80), open(443)]);
    },
  };
}
