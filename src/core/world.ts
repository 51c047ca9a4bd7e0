import { certificateFacts, chainLinks } from './certificate.ts';
import { type Fetched, seen } from './fetched.ts';
import { ingressMayReach } from './ingress-reach.ts';
import { at, condition, textAt, textMapAt } from './kubernetes/field.ts';
import { classesOf, isServed, routeOf, tlsSecretOf } from './kubernetes/ingress-routing.ts';
import type { KubernetesObject } from './kubernetes/object.ts';
import { serviceSelects } from './kubernetes/selectors.ts';
import type { AnswerOf, OutsideLook } from './look.ts';
import type { HttpAnswer, TcpAnswer, TlsAnswer } from './look-answers.ts';
import { isRedirect, redirectFrom, shown } from './redirect.ts';
import type { World } from './scenario.ts';

export const challengePath = '/.well-known/acme-challenge/';
export const solverLabel = 'acme.cert-manager.io/http01-solver';
const solverPort = 8089;

/** What the world of a scenario answers, given the objects of its cluster at this moment. The practice cluster's own controllers ask here too. */
export function answerOutside<L extends OutsideLook>(
  look: L,
  objects: readonly KubernetesObject[],
  world: World,
): Fetched<AnswerOf<L>> {
  return answer(look, objects, world) as Fetched<AnswerOf<L>>;
}

function answer(look: OutsideLook, objects: readonly KubernetesObject[], world: World): Fetched<unknown> {
  switch (look.at) {
    case 'dns': {
      const records = world.dns[look.name];
      return seen(
        records ? { ...records, asked: 'system' } : { rcode: 'NXDOMAIN', a: [], aaaa: [], caa: [], asked: 'system' },
      );
    }
    case 'tcp':
      return seen(portAt(look.address, look.port, world));
    case 'http':
      return seen(getByHttp(look.url, look.address, objects, world, [], look.follow !== false));
    case 'tls':
      return handshake(look.host, look.address, look.port, objects, world);
    case 'tls-version': {
      const shaken = handshake(look.host, look.address, look.port, objects, world);
      const isOld = look.version === 'TLSv1' || look.version === 'TLSv1.1';
      return shaken.ok ? seen({ accepted: !isOld, detail: isOld ? 'tlsv1 alert protocol version' : '' }) : shaken;
    }
  }
}

function portAt(address: string, port: number, world: World): TcpAnswer {
  const there = world.ports[`${address}:${port}`];
  if (there === undefined) return 'timed-out';
  return typeof there === 'string' && there !== 'ingress' ? there : 'open';
}

function getByHttp(
  url: string,
  address: string,
  objects: readonly KubernetesObject[],
  world: World,
  before: readonly string[],
  follow = true,
): HttpAnswer {
  const { hostname, pathname, port, protocol } = new URL(url);
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  const hops = [...before, url];
  const there = world.ports[`${address}:${number}`];
  if (there === undefined || (typeof there === 'string' && there !== 'ingress')) {
    const why = there ?? 'timed-out';
    return before.length > 0
      ? badRedirect(`redirects to ${shown(new URL(url))}: ${address}:${number} ${why}`)
      : { outcome: 'failed', why, detail: `${address}:${number} ${why}` };
  }
  const given =
    there === 'ingress'
      ? ingressAnswer({ host: hostname, path: pathname, secure: protocol === 'https:' }, objects, world)
      : { ...there, isKey: false };
  if (!follow || !isRedirect(given.status, given.location)) return { outcome: 'answered', ...given, hops };
  const redirect = redirectFrom(
    given.status,
    given.location,
    hops.map((hop) => new URL(hop)),
  );
  if (!redirect.ok) return badRedirect(redirect.detail);
  const to = redirect.url;
  const next = to.hostname === hostname ? address : world.dns[to.hostname]?.a[0];
  if (next === undefined) return badRedirect(`redirects to ${shown(to)}, whose name has no address`);
  return getByHttp(to.href, next, objects, world, hops);
}

const badRedirect = (detail: string): HttpAnswer => ({ outcome: 'failed', why: 'bad-redirect', detail });

type Answered = {
  status: number;
  body: string;
  server: string;
  location: string;
  isKey: boolean;
  headers?: Readonly<Record<string, string>>;
};

/** What this cluster's ingress controller answers by its Ingress objects, as ingress-nginx does. */
function ingressAnswer(
  request: { readonly host: string; readonly path: string; readonly secure: boolean },
  objects: readonly KubernetesObject[],
  world: World,
): Answered {
  const plain = (status: number, body = nginxPage(status), location = ''): Answered => ({
    status,
    body,
    server: 'nginx',
    location,
    isKey: false,
  });
  const intercept = Object.entries(world.ingress.intercepts).find(([prefix]) => request.path.startsWith(prefix));
  if (intercept) return { ...intercept[1], isKey: false };

  const served = servedIngresses(objects, world);
  const route = routeOf(served, request.host, request.path);
  if (!route) return plain(404);
  const redirects =
    textMapAt(route.ingress, 'metadata.annotations')['nginx.ingress.kubernetes.io/ssl-redirect'] !== 'false';
  if (
    !request.secure &&
    redirects &&
    tlsSecretOf([route.ingress], request.host) &&
    !request.path.startsWith(challengePath)
  ) {
    return plain(308, nginxPage(308), `https://${request.host}${request.path}`);
  }

  const namespace = route.ingress.metadata.namespace ?? '';
  const service = objects.find(
    (item) => item.kind === 'Service' && item.metadata.name === route.service && item.metadata.namespace === namespace,
  );
  const pods = objects.filter(
    (item) =>
      item.kind === 'Pod' &&
      item.metadata.namespace === namespace &&
      service &&
      serviceSelects(at(service, 'spec.selector'), item.metadata.labels ?? {}),
  );
  const ready = pods.filter((pod) => condition(pod, 'Ready')?.status === 'True');
  if (ready.length === 0) return plain(503);
  const solver = ready.find((pod) => pod.metadata.labels?.[solverLabel] === 'true');
  const reachable = ready.some((pod) => ingressMayReach(pod, solver ? solverPort : Number(route.port), objects, world));
  if (!reachable) return plain(504);
  if (!solver)
    return {
      ...plain(200, '{"status":"ok"}'),
      ...(request.secure ? { headers: addedHeaders(route.ingress, objects) } : {}),
    };

  const token = request.path.slice(request.path.lastIndexOf('/') + 1);
  const challenge = objects.find(
    (item) =>
      item.kind === 'Challenge' &&
      item.metadata.namespace === namespace &&
      textAt(item, 'spec.token') === token &&
      textAt(item, 'spec.dnsName') === request.host,
  );
  return challenge ? { ...plain(200, ''), isKey: true } : plain(404, '404 page not found\n');
}

/** HSTS, which the controller adds by itself, and what the ConfigMap says that the Ingress names. */
function addedHeaders(
  ingress: KubernetesObject,
  objects: readonly KubernetesObject[],
): Readonly<Record<string, string>> {
  const named = textMapAt(ingress, 'metadata.annotations')['nginx.ingress.kubernetes.io/custom-headers'];
  const [name, namespace = ingress.metadata.namespace] = (named ?? '').split('/').toReversed();
  const headers = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name && metadata.namespace === namespace,
  );
  const custom = Object.entries(textMapAt(headers, 'data')).map(([key, value]) => [key.toLowerCase(), value]);
  return { 'strict-transport-security': 'max-age=31536000; includeSubDomains', ...Object.fromEntries(custom) };
}

function servedIngresses(objects: readonly KubernetesObject[], world: World): readonly KubernetesObject[] {
  const classes = classesOf(
    objects.filter((item) => item.kind === 'IngressClass'),
    world.ingress.controller,
  );
  return objects.filter((item) => item.kind === 'Ingress' && isServed(item, classes));
}

function handshake(
  host: string,
  address: string,
  port: number,
  objects: readonly KubernetesObject[],
  world: World,
): Fetched<TlsAnswer> {
  const there = world.ports[`${address}:${port}`];
  if (there !== 'ingress') {
    return {
      ok: false,
      why: there === undefined ? 'timed-out' : 'unreachable',
      detail: `no TLS at ${address}:${port}`,
    };
  }
  const named = tlsSecretOf(servedIngresses(objects, world), host);
  const secret =
    named &&
    objects.find(
      (item) =>
        item.kind === 'Secret' && item.metadata.name === named.name && item.metadata.namespace === named.namespace,
    );
  const data = secret && textMapAt(secret, 'data')['tls.crt'];
  const pem = data ? atob(data) : '';
  const facts = certificateFacts(pem);
  if (!facts) return seen(fake);
  const { serial, subject, issuer, names, notAfter } = facts;
  const links = chainLinks(pem);
  // No machine trusts the authorities of a scenario.
  const distrust = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  return seen({
    serial,
    subject,
    issuer,
    names,
    notAfter,
    protocol: 'TLSv1.3',
    ...(links.ok ? { chain: links.value, distrust } : {}),
  });
}

const fake: TlsAnswer = {
  serial: '00',
  subject: 'CN=Kubernetes Ingress Controller Fake Certificate',
  issuer: 'CN=Kubernetes Ingress Controller Fake Certificate',
  names: ['ingress.local'],
  notAfter: '2030-01-01T00:00:00Z',
  protocol: 'TLSv1.3',
};

function nginxPage(status: number): string {
  const words: Readonly<Record<number, string>> = {
    308: 'Permanent Redirect',
    404: 'Not Found',
    503: 'Service Temporarily Unavailable',
    504: 'Gateway Time-out',
  };
  const title = `${status} ${words[status] ?? ''}`.trim();
  return `<html>\n<head><title>${title}</title></head>\n<body>\n<center><h1>${title}</h1></center>\n<hr><center>nginx</center>\n</body>\n</html>\n`;
}
