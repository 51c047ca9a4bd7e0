import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { untilOpen } from './pod-listener.ts';

/** What a mesh makes of a plain connection: nothing but mutual TLS (strict), a policy about requests, a policy about connections, or all is well. */
export type Door = 'strict' | 'no-request-allowed' | 'no-connection-allowed' | 'open';

type Inbound = { readonly port: number; readonly door: Door; readonly application: number };

const typed = (name: string, type: string, more: object = {}) => ({
  name,
  typed_config: { '@type': `type.googleapis.com/envoy.extensions.${type}`, ...more },
});

/** An allow-list with nobody on it, as an AuthorizationPolicy without a rule for Prometheus is. */
const nobody = { rules: { action: 'ALLOW', policies: {} } };

function listener({ port, door }: Inbound) {
  const connections = typed('rbac', 'filters.network.rbac.v3.RBAC', { stat_prefix: 'connections', ...nobody });
  const requests = typed('rbac', 'filters.http.rbac.v3.RBAC', nobody);
  const http = typed('http', 'filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'inbound',
    server_name: 'istio-envoy',
    http_filters: [
      ...(door === 'no-request-allowed' ? [requests] : []),
      typed('router', 'filters.http.router.v3.Router'),
    ],
    route_config: {
      virtual_hosts: [
        {
          name: 'application',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, route: { cluster: `behind-${port}` } }],
        },
      ],
    },
  });
  return {
    name: `inbound-${port}`,
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    listener_filters: [typed('tls', 'filters.listener.tls_inspector.v3.TlsInspector')],
    filter_chains: [
      {
        ...(door === 'strict' ? { filter_chain_match: { transport_protocol: 'tls' } } : {}),
        filters: [...(door === 'no-connection-allowed' ? [connections] : []), http],
      },
    ],
  };
}

const cluster = ({ port, application }: Inbound) => ({
  name: `behind-${port}`,
  type: 'STATIC',
  connect_timeout: '1s',
  load_assignment: {
    cluster_name: `behind-${port}`,
    endpoints: [
      {
        lb_endpoints: [
          { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: application } } } },
        ],
      },
    ],
  },
});

const running: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(running.map((stop) => stop())));

/** Envoy, the proxy of most meshes, on these ports of every pod, and the applications behind it on ports of the pod's own loopback. */
export async function sidecar(inbound: readonly Inbound[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sidecar-'));
  const file = join(folder, 'envoy.json');
  const resources = { listeners: inbound.map(listener), clusters: inbound.map(cluster) };
  writeFileSync(file, JSON.stringify({ static_resources: resources }));
  const envoy = spawn(
    join(currentBed().parts, 'envoy'),
    ['-c', file, '--concurrency', '1', '--log-level', 'warn', '--use-dynamic-base-id'],
    { stdio: 'inherit' },
  );
  const ended = once(envoy, 'exit');
  running.push(async () => {
    envoy.kill();
    await ended;
    rmSync(folder, { recursive: true });
  });
  for (const { port } of inbound) await untilOpen('the sidecar', port);
}
