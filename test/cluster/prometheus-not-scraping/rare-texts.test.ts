import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Authority, makeAuthority } from '../../edges/probes/certificate-authority.ts';
import { currentBed } from '../bed/bed.ts';
import { type Part, startPart } from '../bed/part.ts';
import { keepEvidence } from '../keep-evidence.ts';
import { type Differs, monitored, namesExactly } from './monitored.ts';
import { listen, metrics, untilOpen } from './pod-listener.ts';

/** Words of a scrape that need a rare server or a rare setting, said by a real Prometheus. */
const bed = currentBed();
const folder = mkdtempSync(join(tmpdir(), 'orion-setup-rare-'));

const places = new Map<string, string>();
const place = (fault: string): string => places.get(fault) ?? '';

const histogram = [
  '# TYPE http_request_duration_seconds histogram',
  ...['0.1', '0.5', '1', '5', '+Inf'].map((le, n) => `http_request_duration_seconds_bucket{le="${le}"} ${n + 1}`),
  'http_request_duration_seconds_sum 7',
  'http_request_duration_seconds_count 5',
  '',
].join('\n');

let server: Part | undefined;

/** A server in Go, of TLS 1.2, that wants to know who calls: Alertmanager, which has a page of metrics as well. */
function listenInGo(port: number, authority: Authority): void {
  const pair = authority.issue({ commonName: 'auth', names: ['auth-service.orion.svc'] });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const web = {
    cert_file: file('tls.pem', pair.cert),
    key_file: file('tls.key', pair.key),
    client_ca_file: file('ca.pem', authority.cert),
    client_auth_type: 'RequireAndVerifyClientCert',
    max_version: 'TLS12',
  };
  server = startPart({ parts: bed.parts, folder }, 'alertmanager', [
    `--config.file=${file('alertmanager.yaml', 'route: {receiver: a}\nreceivers: [{name: a}]\n')}`,
    `--web.config.file=${file('web.yaml', JSON.stringify({ tls_server_config: web }))}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=0.0.0.0:${port}`,
    '--cluster.listen-address=',
  ]);
}

// Here and not where it is started: a hook that is made within a hook may never run.
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeAll(async () => {
  const authority = await makeAuthority('Orion Test CA');
  // Good for a server, and no client's.
  const shown = authority.issue({ commonName: 'prometheus', names: ['prometheus.monitoring'], usage: 'serverAuth' });
  listenInGo(3122, authority);
  await Promise.all([
    bed.prometheus.start(),
    untilOpen('Alertmanager', 3122),
    listen(3121, (_, response) => metrics(response, histogram)),
  ]);
  const faults: Readonly<Record<string, Differs>> = {
    buckets: { port: 3121, spec: { convertClassicHistogramsToNHCB: true, nativeHistogramBucketLimit: 2 } },
    missing: { port: 3122, endpoint: { scheme: 'https', tlsConfig: { insecureSkipVerify: true } } },
    refused: {
      port: 3122,
      endpoint: {
        scheme: 'https',
        tlsConfig: {
          insecureSkipVerify: true,
          cert: { secret: { name: 'of-prometheus', key: 'tls.crt' } },
          keySecret: { name: 'of-prometheus', key: 'tls.key' },
        },
      },
    },
  };
  await Promise.all(
    Object.entries(faults).map(async ([fault, differs]) =>
      places.set(fault, await monitored(`rare-${fault}`, differs)),
    ),
  );
  await bed.api.create(`/api/v1/namespaces/${place('refused')}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'of-prometheus', namespace: place('refused') },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': shown.cert, 'tls.key': shown.key },
  });
}, 120_000);

const named = async (fault: string, code: string): Promise<string> => {
  const report = await namesExactly(place(fault), code);
  await keepEvidence(`live-${fault}`, ['runbook', 'prometheus-not-scraping', '-n', place(fault)]);
  return [report.findings[0]?.because, ...(report.findings[0]?.evidence ?? []).map(({ saw }) => saw)].join('\n');
};

test('limits-exceeded: more buckets in a histogram than are allowed', async () => {
  const said = await named('buckets', 'limits-exceeded');
  expect(said).toContain('histogram bucket limit exceeded');
  expect(said).toContain('exceeded the nativeHistogramBucketLimit that ServiceMonitor/auth-service-monitor sets (2)');
});

test('tls-verify: a server of TLS 1.2 that wants a certificate of Prometheus, which shows none', async () => {
  const said = await named('missing', 'tls-verify');
  expect(said).toContain('remote error: tls: handshake failure');
  expect(said).toContain('the pods want a certificate from Prometheus');
});

test('tls-verify: one that does not take the certificate that Prometheus shows; the certificate of the pods is not blamed', async () => {
  const said = await named('refused', 'tls-verify');
  expect(said).toContain('remote error: tls: bad certificate');
  expect(said).toContain('the pods do not accept the certificate that Prometheus shows');
});
