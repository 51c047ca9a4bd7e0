// Puts a stuck certificate on the bed, reaches the API server both directly and through a proxy that delays, and runs the benchmark.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addresses, ports, resolverOption } from './bed/addresses.ts';

const namespace = 'bench';
const oneWayMs = 25;

/** Every byte arrives this much later, in each direction. */
function later(from: Socket, to: Socket): void {
  from.on('data', (data) => setTimeout(() => to.write(data), oneWayMs));
  from.on('end', () => setTimeout(() => to.end(), oneWayMs));
  from.on('error', () => to.destroy());
}

const far = createServer((near) => {
  const server = connect(ports.apiServer, addresses.apiServer);
  later(near, server);
  later(server, near);
});
far.listen(0, '127.0.0.1');
await once(far, 'listening');
const { port } = far.address() as { port: number };

const kubeconfig = JSON.parse(readFileSync(process.env['KUBECONFIG'] ?? '', 'utf8'));
Object.assign(kubeconfig.clusters[0].cluster, {
  server: `https://127.0.0.1:${port}`,
  'tls-server-name': addresses.apiServer,
});
const farFile = join(mkdtempSync(join(tmpdir(), 'orion-setup-bench-')), 'kubeconfig');
writeFileSync(farFile, JSON.stringify(kubeconfig));

async function run(
  command: string,
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const child = spawn(command, args, { stdio: ['pipe', 'inherit', 'inherit'], env });
  child.stdin.end(input);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}

const stuck = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'auth-tls-cert', namespace },
    spec: {
      secretName: 'auth-tls-secret',
      dnsNames: ['bench.orion.example'],
      issuerRef: { kind: 'ClusterIssuer', name: 'missing' },
    },
  },
];
await run('kubectl', ['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: stuck }));
await run('node', ['tools/bench.ts'], '', {
  ...process.env,
  BENCH_NAMESPACE: namespace,
  BENCH_RESOLVER: resolverOption,
  BENCH_FAR_KUBECONFIG: farFile,
});
far.close();
process.exit(0);
