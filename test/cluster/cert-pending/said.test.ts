import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addresses, currentBed, until } from '../bed/bed.ts';
import { keptWords } from '../kept-words.ts';
import { podSpec } from '../sample-objects.ts';

/** The words that the real API server and the real cert-manager have for what no typed field tells. */
const bed = currentBed();
const said = keptWords();
const listeners: { close: () => void }[] = [];
let namespace: string;

beforeAll(async () => {
  namespace = await bed.namespace('said');
});
afterAll(() => {
  for (const listener of listeners) listener.close();
});

const resources = (of: object) => ({
  ...podSpec(),
  containers: podSpec().containers.map((container) => ({ ...container, resources: of })),
});

const limited = (type: 'Pod' | 'Container', of: object) => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'rule' },
  spec: { limits: [{ type, ...of }] },
});

const used = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '100m', memory: '64Mi' } };

test.each<readonly [string, object, object, RegExp]>([
  ['min-cpu-pod', limited('Pod', { min: { cpu: '1' } }), used, /minimum cpu usage per Pod is/],
  ['max-cpu-pod', limited('Pod', { max: { cpu: '10m' } }), used, /maximum cpu usage per Pod is/],
  ['min-memory-pod', limited('Pod', { min: { memory: '1Gi' } }), used, /minimum memory usage per Pod is/],
  [
    'max-memory-container',
    limited('Container', { max: { memory: '1Mi' } }),
    used,
    /maximum memory usage per Container is/,
  ],
  [
    'ratio',
    limited('Container', { maxLimitRequestRatio: { cpu: '1' } }),
    { requests: { cpu: '100m' }, limits: { cpu: '200m' } },
    /max limit to request ratio/,
  ],
  [
    'must-specify',
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'rule' }, spec: { hard: { 'requests.cpu': '1' } } },
    {},
    /failed quota: rule: must specify requests\.cpu/,
  ],
])('the API server refuses a pod: %s', async (name, rule, of, words) => {
  await bed.kubectl(`-n ${namespace} apply -f -`, rule);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'solver', namespace }, spec: resources(of) };
  said[name] = await until('the rule to be kept', async () => {
    const answer = await bed.kubectl('create --dry-run=server -f -', pod).catch((error: unknown) => String(error));
    return words.exec(answer) ? /pods "solver" is forbidden.*/.exec(answer)?.[0] : undefined;
  });
  await bed.kubectl(`-n ${namespace} delete limitrange,resourcequota rule --ignore-not-found`);
});

test('the API server refuses a Service by a quota', async () => {
  const hard = { services: '0' };
  await bed.kubectl(`-n ${namespace} apply -f -`, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'none' },
    spec: { hard },
  });
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'solver', namespace },
    spec: { ports: [{ port: 80 }] },
  };
  said['service-quota'] = await until('the quota to be kept', async () => {
    const answer = await bed.kubectl('create --dry-run=server -f -', service).catch((error: unknown) => String(error));
    return /services "solver" is forbidden: exceeded quota.*/.exec(answer)?.[0];
  });
});

async function listen(port: number, treat: (socket: Socket) => void): Promise<string> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    open.add(socket);
    treat(socket);
  });
  server.listen(port, '127.77.0.52');
  await once(server, 'listening');
  listeners.push({
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  });
  return `https://127.77.0.52:${port}/dir`;
}

/** A pair that fits nothing, and what cert-manager finds in a Secret that holds such things. */
const pieces: Readonly<Record<string, readonly [Readonly<Record<string, string>>, RegExp]>> = {
  'no-key': [{ 'tls.crt': 'x', 'tls.key': '' }, /does not contain/],
  'odd-key': [{ 'tls.crt': 'x', 'tls.key': 'y' }, /invalid private key data/],
};

test('cert-manager says of a Secret what is wrong with it', async () => {
  await bed.kubectl('apply -f -', {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: { name: 'own', namespace },
    spec: { selfSigned: {} },
  });
  for (const [name, [data]] of Object.entries(pieces)) {
    await bed.kubectl('apply -f -', { ...secret(name, data), type: 'kubernetes.io/tls' });
    await bed.kubectl('apply -f -', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name, namespace },
      spec: { secretName: name, dnsNames: [`${name}.orion.example`], issuerRef: { name: 'own' } },
    });
  }
  for (const [name, [, words]] of Object.entries(pieces))
    said[`secret-${name}`] = await until(`the word of ${name}`, async () => {
      const { items } = await bed.api.get(`/api/v1/namespaces/${namespace}/events`);
      const about = items.filter(
        ({ involvedObject, reason }: { involvedObject: { name: string }; reason: string }) =>
          involvedObject.name === name && reason === 'Issuing',
      );
      return about.map(({ message }: { message: string }) => message).find((text: string) => words.test(text));
    });
});

const issuer = (name: string, acme: object) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Issuer',
  metadata: { name, namespace },
  spec: {
    acme: {
      server: bed.acme.staging.directory,
      caBundle: Buffer.from(bed.acme.staging.caBundle).toString('base64'),
      email: 'platform@orion.example',
      privateKeySecretRef: { name: `${name}-account` },
      solvers: [{ http01: { ingress: { ingressClassName: 'nginx' } } }],
      ...acme,
    },
  },
});

const secret = (name: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  stringData: data,
});

/** P-256, made for this test alone. */
const curveKey = async (): Promise<string> => {
  const { generateKeyPairSync } = await import('node:crypto');
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
};

test('cert-manager says of an issuer why it does not come to its CA, or to its key', async () => {
  const rows: Readonly<Record<string, readonly [object, RegExp]>> = {
    eof: [{ server: await listen(7101, (socket) => socket.end()) }, /: EOF/],
    reset: [
      { server: await listen(7102, (socket) => socket.once('data', () => socket.resetAndDestroy())) },
      /connection reset by peer/,
    ],
    handshake: [{ server: await listen(7103, () => undefined) }, /TLS handshake timeout/],
    unreachable: [{ server: 'https://[2001:db8:77::1]/dir' }, /network is unreachable|cannot assign/],
    silent: [
      { server: `https://${addresses.silent}/dir` },
      /dial tcp [\d.:]+: i\/o timeout|deadline exceeded|Client\.Timeout/,
    ],
    scheme: [{ server: 'acme://ca.example/dir' }, /unsupported protocol scheme/],
    curve: [{ privateKeySecretRef: { name: 'curve' } }, /not of type RSA/],
    garbage: [{ privateKeySecretRef: { name: 'garbage' } }, /private key/],
    empty: [{ privateKeySecretRef: { name: 'empty' } }, /./],
    servfail: [{ server: 'https://servfail.orion.example/dir' }, /server misbehaving/],
    forbidden: [{ disableAccountKeyGeneration: true }, /disableAccountKeyGeneration' set to true/],
  };
  await bed.dns.set('servfail.orion.example', { servfail: true });
  await bed.kubectl('apply -f -', secret('curve', { 'tls.key': await curveKey() }));
  await bed.kubectl(
    'apply -f -',
    secret('garbage', { 'tls.key': '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n' }),
  );
  await bed.kubectl('apply -f -', secret('empty', { other: 'key' }));
  for (const [name, [acme]] of Object.entries(rows)) await bed.kubectl('apply -f -', issuer(name, acme));
  await Promise.all(
    Object.entries(rows).map(async ([name, [, words]]) => {
      const message = await until(
        `the word of ${name}`,
        async () => {
          const { status } = await bed.api.get(`/apis/cert-manager.io/v1/namespaces/${namespace}/issuers/${name}`);
          const ready = status?.conditions?.find(({ type }: { type: string }) => type === 'Ready');
          return ready?.status === 'False' && ready.message ? (ready.message as string) : undefined;
        },
        60,
      );
      said[`issuer-${name}`] = message;
      expect(message, name).toMatch(words);
    }),
  );
});

test('cert-manager says of a page where a CA should answer its status alone', async () => {
  await bed.acme.staging.answer('new-account', 503, '<html>Service Unavailable</html>');
  await bed.kubectl('apply -f -', issuer('page', {}));
  said['issuer-page'] = await until('the word of the page', async () => {
    const { status } = await bed.api.get(`/apis/cert-manager.io/v1/namespaces/${namespace}/issuers/page`);
    const ready = status?.conditions?.find(({ type }: { type: string }) => type === 'Ready');
    return ready?.status === 'False' && /503/.test(ready.message) ? (ready.message as string) : undefined;
  });
  await bed.acme.staging.reset();
});
