// Prints ratios measured side by side in one run. `npm run bench`: start-up against node itself; inside the test bed also a diagnosis
// against the commands that an operator would type. Absolute times are this machine's; the ratios are what to look at.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';

const root = fileURLToPath(new URL('..', import.meta.url));
const launcher = `${root}bin/orion-setup.cjs`;
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 15);

type Measured = { readonly name: string; readonly run: () => Promise<void> };

/** Milliseconds of each of `rounds` runs, in turn with the others, so that a slower minute hits all of them. */
async function measure(things: readonly Measured[]): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number[]>(things.map(({ name }) => [name, []]));
  for (const { run } of things) await run();
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of things) {
      const start = performance.now();
      await run();
      times.get(name)?.push(performance.now() - start);
    }
  }
  return new Map(
    [...times].map(([name, all]) => [name, all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN]),
  );
}

async function program(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const child = spawn(command, args, { stdio: 'ignore', env });
  await once(child, 'exit');
}

/** Until the first thing that a person can read is there. */
async function firstFrame(args: readonly string[]): Promise<void> {
  const { CI: _, ...env } = process.env;
  const terminal = pty.spawn(process.execPath, [...args], { cols: 80, rows: 24, env: env as Record<string, string> });
  await new Promise<void>((resolve) => {
    let seen = '';
    terminal.onData((data) => {
      seen += data;
      if (/[A-Za-z]{3}/.test(seen.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, ''))) resolve();
    });
    terminal.onExit(() => resolve());
  });
  terminal.kill('SIGKILL');
}

function print(title: string, medians: ReadonlyMap<string, number>, against: string): void {
  const base = medians.get(against) ?? Number.NaN;
  console.log(`\n${title} (median of ${rounds}; x: against ${against})`);
  for (const [name, ms] of medians)
    console.log(`  ${name.padEnd(44)} ${ms.toFixed(0).padStart(6)} ms  x${(ms / base).toFixed(2)}`);
}

const node =
  (...args: string[]) =>
  () =>
    program(process.execPath, args);

async function startUp(): Promise<void> {
  print(
    'Start-up',
    await measure([
      { name: 'node -e 0', run: node('-e', '0') },
      { name: 'orion-setup --version', run: node(launcher, '--version') },
      { name: 'orion-setup --help', run: node(launcher, '--help') },
      { name: 'orion-setup explain dns-no-record', run: node(launcher, 'explain', 'dns-no-record') },
    ]),
    'node -e 0',
  );
  print(
    'First frame in a terminal',
    await measure([
      { name: 'node -e console.log', run: () => firstFrame(['-e', 'console.log("abc")']) },
      { name: 'orion-setup', run: () => firstFrame([launcher]) },
    ]),
    'node -e console.log',
  );
}

async function diagnosis(): Promise<void> {
  const namespace = process.env['BENCH_NAMESPACE'] ?? 'default';
  const resolver = process.env['BENCH_RESOLVER'] ?? '';
  const fourCommands = [
    'certificate,certificaterequest,order,challenge',
    'clusterissuers',
    'ingress,networkpolicy',
    'events',
  ];
  for (const [where, kubeconfig] of [
    ['on loopback', process.env['KUBECONFIG']],
    ['with 50 ms round trips', process.env['BENCH_FAR_KUBECONFIG']],
  ] as const) {
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    print(
      `A diagnosis ${where}`,
      await measure([
        {
          name: 'kubectl get --raw (one read)',
          run: () => program('kubectl', ['get', '--raw', `/api/v1/namespaces/${namespace}/events`], env),
        },
        {
          name: 'four kubectl commands, one after the other',
          run: async () => {
            for (const what of fourCommands)
              await program('kubectl', ['-n', namespace, 'get', what, '-o', 'yaml'], env);
          },
        },
        {
          name: 'orion-setup runbook cert-pending -o json',
          run: () =>
            program(
              process.execPath,
              [launcher, 'runbook', 'cert-pending', '-n', namespace, '--resolver', resolver, '-o', 'json'],
              env,
            ),
        },
      ]),
      'kubectl get --raw (one read)',
    );
  }
}

if (process.env['BENCH_NAMESPACE'] === undefined) {
  await startUp();
  const bed = spawnSync('bash', ['test/cluster/bench.sh'], { cwd: root, stdio: 'inherit' });
  if (bed.status !== 0)
    console.log('\nThe diagnosis was not measured: the test bed did not stand (Linux, root and Go are needed).');
} else await diagnosis();
