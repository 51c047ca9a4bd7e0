import { beforeAll, expect, test } from 'vitest';
import { type Authority, makeAuthority } from '../../edges/probes/certificate-authority.ts';
import type { Json } from '../bed/api-client.ts';
import { addresses, currentBed, until } from '../bed/bed.ts';
import { keptWords } from '../kept-words.ts';
import { type Differs, monitored } from './monitored.ts';
import { listen, listenAlerting, listenPlain } from './pod-listener.ts';

/** The words of a real Prometheus for scrapes that fail: what no typed field tells. */
const bed = currentBed();
const said = keptWords();

const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const protobuf = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

/** A message of one MetricFamily, after its length: name, help, type. */
function family(name: Buffer, help: Buffer, type: number): Buffer {
  const field = (tag: number, bytes: Buffer) => Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
  const body = Buffer.concat([field(0x0a, name), field(0x12, help), Buffer.from([0x18, type]), field(0x22, sample)]);
  return Buffer.concat([Buffer.from([body.length]), body]);
}
/** A gauge of 1. */
const sample = Buffer.concat([Buffer.from([0x12, 0x09, 0x09]), Buffer.from(new Float64Array([1]).buffer)]);

/** Pages, each on a port of its own: type and body. */
const pages: Readonly<Record<string, readonly [type: string, body: string | Buffer, words: RegExp]>> = {
  'a type in quotes': ['""', 'a 1\n', /^cannot parse Content-Type "\\"\\""/],
  'a timestamp that is none': [openMetrics, 'a 1 NaN\n# EOF\n', /^invalid timestamp /],
  'a timestamp of an exemplar that is none': [
    openMetrics,
    '# TYPE a counter\na_total 1 # {b="c"} 1 NaN\n# EOF\n',
    /^invalid exemplar timestamp /,
  ],
  'a unit that fits no name': [
    openMetrics,
    '# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n',
    /^unit ".*" not a suffix/,
  ],
  'a help that is no text': [
    'text/plain; version=0.0.4',
    Buffer.from('# HELP a \xff\na 1\n', 'latin1'),
    /^help text .* is not a valid utf8 string/,
  ],
  'a help without a text': [openMetrics, '# HELP a\n# EOF\n', /^expected text in /],
  'a number in hexadecimal': ['text/plain; version=0.0.4', 'a 0x1p\n', /^unsupported character in float/],
  'a name that is no text': [protobuf, family(Buffer.from([0xff]), Buffer.from('h'), 1), /^invalid metric name: /],
  'a help of bytes': [protobuf, family(Buffer.from('a'), Buffer.from([0xff]), 1), /^invalid help for metric /],
  'a type of tomorrow': [protobuf, family(Buffer.from('a'), Buffer.from('h'), 9), /^unknown metric type /],
  'no message at all': [protobuf, Buffer.from([2, 0x0c, 1]), /^proto: /],
};

/** What a TLS server of another make says of the certificate that it is shown, by the number of its alert (RFC 8446, 6). */
const alerts: Readonly<Record<number, RegExp>> = {
  43: /remote error: tls: unsupported certificate$/,
  44: /remote error: tls: revoked certificate$/,
  45: /remote error: tls: expired certificate$/,
  46: /remote error: tls: unknown certificate$/,
  48: /remote error: tls: unknown certificate authority$/,
  116: /remote error: tls: certificate required$/,
};

const withAlert = (port: number, number: number): Promise<void> =>
  listenPlain(port, (socket) => socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, number]))));

const secure = (tlsConfig: object) => ({ scheme: 'https', tlsConfig });
const at = (address: string) => ({ relabelings: [{ targetLabel: '__address__', replacement: address }] });
const ca = { secret: { name: 'authority', key: 'ca.crt' } };
const serverName = 'auth-service.orion.svc';

const rows: { readonly name: string; readonly differs: Differs; readonly words: RegExp }[] = [
  {
    name: 'a long name',
    differs: { port: 3001, spec: { labelNameLengthLimit: 3 } },
    words: /^label_name_length_limit/,
  },
  {
    name: 'a long value',
    differs: { port: 3001, spec: { labelValueLengthLimit: 3 } },
    words: /^label_value_length_limit/,
  },
  { name: 'no name', differs: { port: 3001, endpoint: at('nobody.orion.example:80') }, words: /no such host/ },
  {
    name: 'no network',
    differs: { port: 3001, endpoint: at('[2001:db8:77::1]:80') },
    words: /network is unreachable$/,
  },
  { name: 'no route', differs: { port: 3001, endpoint: at(`${addresses.unroutable}:80`) }, words: /no route to host$/ },
  { name: 'a body that breaks off', differs: { port: 3140 }, words: /^unexpected EOF$/ },
  { name: 'no answer', differs: { port: 3141 }, words: /: EOF$/ },
  { name: 'TLS to plain HTTP', differs: { port: 3142 }, words: /malformed HTTP response "\\x15\\x03/ },
  { name: 'an address in no certificate', differs: { port: 3143, endpoint: secure({ ca }) }, words: /any IP SANs$/ },
  {
    name: 'another name',
    differs: { port: 3143, endpoint: secure({ ca, serverName: 'other' }) },
    words: /is valid for auth-service\.orion\.svc, not other$/,
  },
  {
    name: 'another authority',
    differs: { port: 3143, endpoint: secure({ serverName }) },
    words: /signed by unknown authority$/,
  },
  {
    name: 'another address',
    differs: { port: 3144, endpoint: secure({ ca }) },
    words: /is valid for 127\.0\.0\.1, not \d/,
  },
  { name: 'no names', differs: { port: 3145, endpoint: secure({ ca, serverName }) }, words: /not valid for any names/ },
  {
    name: 'out of date',
    differs: { port: 3146, endpoint: secure({ ca, serverName }) },
    words: /has expired or is not yet/,
  },
  ...Object.entries(pages).map(([name, [, , words]], place) => ({ name, differs: { port: 3150 + place }, words })),
  ...Object.entries(alerts).map(([number, words], place) => ({
    name: `alert ${number}`,
    differs: { port: 3170 + place, endpoint: secure({ insecureSkipVerify: true }) },
    words,
  })),
];

const places = new Map<string, string>();

beforeAll(async () => {
  const authority = await makeAuthority('Orion Test CA');
  await bed.prometheus.start();
  await listeners(authority);
  await Promise.all(
    rows.map(async ({ name, differs }, place) => {
      const namespace = await monitored(`said-${place}`, differs);
      places.set(name, namespace);
      await bed.api.create(`/api/v1/namespaces/${namespace}/secrets`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'authority', namespace },
        stringData: { 'ca.crt': authority.cert },
      });
    }),
  );
}, 120_000);

async function listeners(authority: Authority): Promise<void> {
  const shown = (names: readonly string[], more: { notAfter?: Date } = {}) => {
    const { cert, key } = authority.issue({ commonName: 'auth', names, ...more });
    return { cert, key };
  };
  const good = shown([serverName]);
  await Promise.all([
    listen(3140, (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4', 'content-length': 99 }).write('a 1\n');
      setImmediate(() => response.socket?.end());
    }),
    listen(3141, (request) => request.socket.end()),
    listenAlerting(3142, (_, response) => response.end('a 1\n'), good),
    listen(3143, (_, response) => response.end('a 1\n'), good),
    listen(3144, (_, response) => response.end('a 1\n'), shown(['127.0.0.1'])),
    listen(3145, (_, response) => response.end('a 1\n'), shown([])),
    listen(3146, (_, response) => response.end('a 1\n'), shown([serverName], { notAfter: new Date('2026-02-01') })),
    ...Object.values(pages).map(([type, body], place) =>
      listen(3150 + place, (_, response) => response.writeHead(200, { 'content-type': type }).end(body)),
    ),
    ...Object.keys(alerts).map((number, place) => withAlert(3170 + place, Number(number))),
  ]);
}

test.each(rows)('$name', async ({ name, words }) => {
  const pool = `serviceMonitor/${places.get(name)}/auth-service-monitor/0`;
  const proxy = '/api/v1/namespaces/monitoring/services/http:prometheus-operated:web/proxy/api/v1/targets';
  let last = '';
  said[name] = await until(
    `the words of ${name}`,
    async () => {
      const { data } = await bed.api.get(`${proxy}?scrapePool=${encodeURIComponent(pool)}&state=active`);
      const [target] = (data.activeTargets as readonly Json[]).filter(({ health }) => health !== 'unknown');
      last = target ? `${target.health}: ${target.lastError}` : 'no target';
      // One that ran out of time says only that; these are no words for what a row is about.
      const isSaid = target?.health === 'down' && !/context deadline exceeded/.test(target.lastError);
      return isSaid ? (target.lastError as string) : undefined;
    },
    40,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; last: ${last}`);
  });
  expect(said[name]).toMatch(words);
});

test('the operator, of a ConfigMap that is not there', async () => {
  const missing = { configMap: { name: 'nowhere', key: 'ca.crt' } };
  const namespace = await monitored('said-missing', { port: 3001, endpoint: secure({ ca: missing }) });
  said['no ConfigMap'] = await until('the words of the operator', async () => {
    const { items } = await bed.api.get(`/api/v1/namespaces/${namespace}/events`);
    return (items as readonly Json[]).map(({ message }) => message).find((text) => /"nowhere" not found/.test(text));
  });
  expect(said['no ConfigMap']).toMatch(/configmaps "nowhere" not found/);
});

test('a server in Go that is spoken to in plain HTTP', async () => {
  const answer = await fetch(bed.server.replace('https:', 'http:'));
  expect(answer.status).toBe(400);
  said['a server of TLS'] = await answer.text();
  expect(said['a server of TLS']).toBe('Client sent an HTTP request to an HTTPS server.\n');
});
