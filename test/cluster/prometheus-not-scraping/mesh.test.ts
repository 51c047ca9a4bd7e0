import { beforeAll, expect, test } from 'vitest';
import { makeAuthority } from '../../edges/probes/certificate-authority.ts';
import { currentBed, until } from '../bed/bed.ts';
import { keepEvidence } from '../keep-evidence.ts';
import { type Door, sidecar } from './a-sidecar.ts';
import { becomesHealthy, metricsReport, monitored, namesExactly } from './monitored.ts';
import { listen, metrics } from './pod-listener.ts';

/**
 * A real Envoy in front of the application, as a mesh sets it there, and a real Prometheus outside of the mesh. What the mesh refuses is told
 * from what does not work behind it: for that too Envoy answers in the application's place.
 */
const bed = currentBed();

const places = new Map<string, string>();
const place = (name: string): string => places.get(name) ?? '';

const kept = (name: string) =>
  keepEvidence(`live-mesh-${name}`, ['runbook', 'prometheus-not-scraping', '-n', place(name)]);

const applications = { sound: 13_001, tls: 13_002, hangsUp: 13_003, none: 13_004 };
const doors: Readonly<Record<string, { port: number; door: Door; application: number }>> = {
  strict: { port: 3221, door: 'strict', application: applications.sound },
  connection: { port: 3222, door: 'no-connection-allowed', application: applications.sound },
  request: { port: 3223, door: 'no-request-allowed', application: applications.sound },
  tls: { port: 3224, door: 'open', application: applications.tls },
  'hangs-up': { port: 3225, door: 'open', application: applications.hangsUp },
  none: { port: 3226, door: 'open', application: applications.none },
  open: { port: 3227, door: 'open', application: applications.sound },
};

beforeAll(async () => {
  const issued = (await makeAuthority('Orion Test CA')).issue({
    commonName: 'auth',
    names: ['auth-service.orion.svc'],
  });
  await Promise.all([
    bed.prometheus.start(),
    listen(applications.sound, (_, response) => metrics(response)),
    listen(applications.tls, (_, response) => metrics(response), { cert: issued.cert, key: issued.key }),
    listen(applications.hangsUp, (request) => request.socket.destroy()),
    sidecar(Object.values(doors)),
  ]);
  await Promise.all(
    Object.entries(doors).map(async ([name, { port }]) =>
      places.set(name, await monitored(`mesh-${name}`, { port, sidecar: 'istio-proxy' })),
    ),
  );
}, 180_000);

test.each([
  { what: 'strict: it takes nothing but mutual TLS', name: 'strict', saw: /EOF|connection reset by peer/ },
  { what: 'a policy lets Prometheus have no connection', name: 'connection', saw: /EOF|connection reset by peer/ },
  {
    what: 'a policy lets Prometheus have no request',
    name: 'request',
    saw: /^403, text\/plain: RBAC: access denied$/m,
  },
])('service-mesh-mtls, $what', async ({ name, saw }) => {
  const { findings } = await namesExactly(place(name), 'service-mesh-mtls');
  await kept(name);
  expect(findings[0]).toMatchObject({ confidence: 'likely' });
  expect(findings[0]?.evidence.map((one) => one.saw).join('\n')).toMatch(saw);
});

test.each([
  { what: 'the application speaks TLS', name: 'tls', says: 'reset reason: connection termination' },
  { what: 'the application hangs up', name: 'hangs-up', says: 'reset reason: connection termination' },
  { what: 'nothing listens', name: 'none', says: 'reset reason: remote connection failure' },
])('behind the sidecar $what: the mesh is not blamed', async ({ name, says }) => {
  const { report, code } = await until(
    'the scrape to fail',
    async () => {
      const seen = await metricsReport(place(name));
      return seen.report.unrecognised ? seen : undefined;
    },
    60,
  );
  await kept(name);
  expect(report.rootCauses).toEqual([]);
  expect(code).toBe(3);
  expect(report.unrecognised?.quote).toContain(says);
});

test('a mesh that lets Prometheus in is no fault', async () => {
  await becomesHealthy(place('open'));
});
