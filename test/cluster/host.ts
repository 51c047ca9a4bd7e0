/**
 * Stands the bed up in the namespace it was started in, runs a command beside it, and ends with that command's code.
 * `run.sh` and `stand.sh` start it; nothing of it outlives the namespace.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bedVariable } from './bed/description.ts';
import { operationsOf, serveOperations } from './bed/operations.ts';
import { standUp } from './bed/standing.ts';
import { kubeconfigFile, users } from './bed/users.ts';

const [parts = '', ...command] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'orion-setup-bed-'));

async function host(): Promise<number> {
  const start = performance.now();
  const bed = await standUp({ parts, folder });
  await serveOperations(operationsOf(bed));
  const file = join(folder, 'bed.json');
  writeFileSync(file, JSON.stringify(bed.description, null, 2));
  console.error(`bed: stands after ${((performance.now() - start) / 1000).toFixed(1)} s, logs in ${folder}`);

  const environment = {
    ...process.env,
    [bedVariable]: file,
    KUBECONFIG: kubeconfigFile(bed.description.clusterFolder, users.admin),
    // The bed's kubectl has the API server's version; the machine's may be too far from it.
    PATH: `${parts}:${process.env['PATH']}`,
  };
  const [program = 'sh', ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit', env: environment });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

// The command gets the signal too, from the same terminal: its end is what is waited for.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const code = await host().catch((error: Error) => {
  console.error(`bed: ${error.message}`);
  return 1;
});
if (code === 0) rmSync(folder, { recursive: true, force: true });
else console.error(`bed: the logs stay in ${folder}`);
process.exit(code);
