/** Leaves a bed standing for work by hand until Ctrl-C, reachable from outside its namespace. `stand.sh` starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BedDescription } from './bed/description.ts';
import { relay } from './bed/relay.ts';
import { kubeconfigFile, users } from './bed/users.ts';
import { until } from './bed/waiting.ts';

const [parts = ''] = process.argv.slice(2);
const door = mkdtempSync(join(tmpdir(), 'orion-setup-stand-'));
const here = import.meta.dirname;
const descriptionFile = join(door, 'bed.json');
const readDescription = (): BedDescription => JSON.parse(readFileSync(descriptionFile, 'utf8'));

/** The first process below this one that lives in another network namespace. */
function processInside(pid: number): number | undefined {
  const network = (process: number | string) => readlinkSync(`/proc/${process}/ns/net`);
  if (network(pid) !== network('self')) return pid;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.map((child) => processInside(Number(child))).find((found) => found !== undefined);
}

process.on('exit', () => {
  if (existsSync(descriptionFile)) rmSync(readDescription().folder, { recursive: true, force: true });
  rmSync(door, { recursive: true, force: true });
});

async function open(bed: ChildProcess): Promise<void> {
  const socket = join(door, 'api.sock');
  await until(
    'the bed',
    () => {
      if (bed.exitCode !== null) process.exit(1);
      return existsSync(socket) || undefined;
    },
    120,
  );
  const server = await relay({ host: '127.0.0.1', port: 0 }, { path: socket });
  const { port } = server.address() as AddressInfo;
  const description = readDescription();
  const config = JSON.parse(readFileSync(kubeconfigFile(description.clusterFolder, users.admin), 'utf8'));
  config.clusters[0].cluster.server = `https://127.0.0.1:${port}`;
  const kubeconfig = join(door, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(config, null, 2), { mode: 0o600 });
  console.log(`\nexport KUBECONFIG=${kubeconfig}\n`);
  console.log('DNS, the ingress and the ACME servers answer inside only. A shell there:');
  console.log(
    `nsenter --net --mount --target ${processInside(bed.pid ?? 0)} env KUBECONFIG=${description.clusterFolder}/admin.kubeconfig bash\n`,
  );
  console.log('Ctrl-C ends the bed.');
}

const inside = [process.execPath, join(here, 'host.ts'), parts, '--stand', door];
const bed = spawn('bash', [join(here, 'bed/enter.sh'), ...inside], { stdio: ['ignore', 'inherit', 'inherit'] });
// With the namespace's outer process the kernel ends everything inside, which then has no time to tidy up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => bed.kill('SIGKILL'));
await open(bed);
await once(bed, 'exit');
process.exit(0);
