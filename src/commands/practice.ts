import { resolve } from 'node:path';
import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import type { ScenarioList } from '../core/report/scenario-list.ts';
import { parseScenario, type Scenario } from '../core/scenario.ts';
import { readScenario, scenarioPaths } from '../edges/files/scenarios.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import { printDocument } from './document.ts';
import { openPractice } from './open-practice.ts';
import { playScenario } from './play-scenario.ts';
import { playTour } from './play-tour.ts';

/** `orion-setup practice [SCENARIO] [--auto] [--list] [--serve]`: needs no cluster and no rights. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  const { options, words } = invocation;
  if (options.list) return list(options.output, io);
  const [name] = words;
  if (options.serve) return serve(name, io);
  return name === undefined ? playTour(invocation, io) : playScenario(await scenarioNamed(name, io), invocation, io);
}

async function list(output: string | undefined, io: Io): Promise<number> {
  const paths = await scenarioPaths();
  const items = await Promise.all(
    [...paths].map(async ([name, path]) => {
      const { runbook, title } = parseScenario(await readScenario(path), path);
      return { name, runbook, title };
    }),
  );
  if (output !== undefined && output !== 'text') {
    printDocument(io, output, { apiVersion: 'orion-setup/v1', kind: 'ScenarioList', items } satisfies ScenarioList);
    return 0;
  }
  const width = Math.max(...items.map((item) => item.name.length));
  for (const item of items) io.out(`${item.name.padEnd(width)}  ${item.title}\n`);
  return 0;
}

/** One of ours by its name, or a file: evidence that was kept with --save can be practised on. */
async function scenarioNamed(name: string, io: Io): Promise<Scenario> {
  if (/[/\\]|\.(ya?ml|json)$/.test(name)) {
    const path = resolve(io.cwd, name);
    const text = await systemFiles.read(path);
    if (text === undefined) throw new ExpectedStop('usage', `There is no file ${path}.`);
    return parseScenario(text, path);
  }
  const paths = await scenarioPaths();
  const path = paths.get(name);
  if (path) return parseScenario(await readScenario(path), path);
  const close = [...paths.keys()]
    .filter((item) => item.includes(name))
    .toSorted((a, b) => a.indexOf(name) - b.indexOf(name))
    .slice(0, 5);
  throw new ExpectedStop(
    'usage',
    `There is no scenario "${name}".`,
    close.length > 0 ? close.map((item) => `orion-setup practice ${item}`) : ['orion-setup practice --list'],
  );
}

/** Leaves the cluster standing until Ctrl-C, for kubectl and for this tool itself. */
async function serve(name: string | undefined, io: Io): Promise<number> {
  const opened = await openPractice(name === undefined ? 'empty' : await scenarioNamed(name, io), 'real', io);
  try {
    io.out(`export KUBECONFIG=${opened.practice.kubeconfig}\n`);
    io.err(
      'The practice cluster stands until Ctrl-C. The world outside of it is imagined: DNS and port 80 are only seen by orion-setup practice.\n',
    );
    await new Promise<void>((resolve) => io.signal.addEventListener('abort', () => resolve(), { once: true }));
    return 0;
  } finally {
    await opened.close();
  }
}
