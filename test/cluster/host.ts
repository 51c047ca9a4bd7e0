/**
 * Stands the bed up in the namespace it was started in. `host.ts PARTS COMMAND…` runs a command beside it and ends with
 * its code; `host.ts PARTS --stand FOLDER` stays until a signal, with the API server's door in that folder.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addresses, ports } from './bed/addresses.ts';
import { type BedDescription, bedVariable } from './bed/description.ts';
import { operationsOf, serveOperations } from './bed/operations.ts';
import { relay } from './bed/relay.ts';
import { standUp } from './bed/standing.ts';
import { kubeconfigFile, users } from './bed/users.ts';

const [parts = '', ...command] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'orion-setup-bed-'));

// A command gets the signal too, from the same terminal: its end is what is waited for.
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
});

async function runBeside(description: BedDescription, file: string): Promise<number> {
  const environment = {
    ...process.env,
    [bedVariable]: file,
    KUBECONFIG: kubeconfigFile(description.clusterFolder, users.admin),
    // The bed's kubectl has the API server's version; the machine's may be too far from it.
    PATH: `${parts}:${process.env['PATH']}`,
  };
  const [program = 'true', ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit', env: environment });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function stayStanding(description: BedDescription, door: string): Promise<number> {
  writeFileSync(join(door, 'bed.json'), JSON.stringify(description));
  await relay({ path: join(door, 'api.sock') }, { host: addresses.apiServer, port: ports.apiServer });
  await stopped;
  return 0;
}

async function host(): Promise<number> {
  const start = performance.now();
  const bed = await standUp({ parts, folder });
  await serveOperations(operationsOf(bed));
  const file = join(folder, 'bed.json');
  writeFileSync(file, JSON.stringify(bed.description, null, 2));
  console.error(`bed: stands after ${((performance.now() - start) / 1000).toFixed(1)} s, logs in ${folder}`);
  const [first, door = ''] = command;
  return first === '--stand' ? stayStanding(bed.description, door) : runBeside(bed.description, file);
}

const code = await host().catch((error: Error) => {
  console.error(`bed: ${error.message}`);
  return 1;
});
if (code === 0) rmSync(folder, { recursive: true, force: true });
else console.error(`bed: the logs stay in ${folder}`);
// The namespace's first process ends with this one, and takes every part of the bed along.
process.exit(code);
