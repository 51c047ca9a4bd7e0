import { resolve } from 'node:path';
import { runbooks } from '../../runbooks/index.ts';
import type { Invocation } from '../cli/invocation.ts';
import type { Runbook } from '../core/diagnosis.ts';
import { ExpectedStop } from '../core/failure.ts';
import { type KindName, kinds, ref } from '../core/kubernetes/kinds.ts';
import type { Io } from '../core/outside/io.ts';
import type { ReportTarget } from '../core/report/parts.ts';
import { parseScenario } from '../core/scenario.ts';
import { scenarioLooker } from '../core/scenario-look.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import { systemFiles } from '../edges/files/system-files.ts';
import { journalsOf } from './change-log.ts';
import { openCluster } from './open-cluster.ts';
import { sayPending } from './pending.ts';
import { groundOf, insistOnPin, placeOf } from './place.ts';
import { runRunbook } from './run-runbook.ts';

/** `orion-setup runbook [NAME] [OBJECT]`: against a cluster, or against saved evidence with --from. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  const { options, words } = invocation;
  if (options.from !== undefined) return runOnEvidence(options.from, invocation, io);

  const [name, object, ...tooMany] = words;
  if (tooMany.length > 0)
    throw new ExpectedStop('usage', `runbook takes a name and an object, not "${tooMany.join(' ')}" besides.`);
  const runbook = runbookNamed(name);
  const place = await placeOf(invocation, io);
  const cluster = await openCluster(invocation, io, place.context);
  try {
    const identity = await cluster.identity();
    const namespace = place.namespace ?? identity.namespace;
    const journals = journalsOf(io);
    await sayPending(journals, identity, systemClock.now(), io);
    return await runRunbook(
      {
        runbook,
        target: targetOf(runbook, object, namespace),
        named: object !== undefined,
        tree:
          place.profile?.tree && place.environment
            ? { path: place.profile.tree, environment: place.environment }
            : undefined,
        look: cluster.look,
        clock: systemClock,
        requests: cluster.reader.requests,
        describes: {
          profile: place.profile?.name ?? null,
          context: identity.context,
          server: identity.server,
          clusterUid: identity.uid,
          namespace,
        },
        cluster: {
          reader: cluster.reader,
          writer: cluster.writer,
          identity,
          journals,
          ground: groundOf(place, identity, namespace),
          insistOnPin: () => insistOnPin(place, identity),
        },
      },
      invocation,
      io,
    );
  } finally {
    cluster.close();
  }
}

async function runOnEvidence(file: string, invocation: Invocation, io: Io): Promise<number> {
  if (invocation.options.fix)
    throw new ExpectedStop('usage', '--fix needs a cluster; --from only looks at a file.', [
      'Practise on it instead: orion-setup practice',
    ]);
  const path = resolve(io.cwd, file);
  const text = await systemFiles.read(path);
  if (text === undefined) throw new ExpectedStop('usage', `There is no file ${path}.`);
  const scenario = parseScenario(text, path);
  const { kind, name, namespace } = scenario.target;
  const describes: ReportTarget = { profile: null, context: `file ${file}`, server: '', clusterUid: null, namespace };
  return runRunbook(
    {
      runbook: runbookNamed(scenario.runbook),
      target: ref(kinds[kind as KindName], name, namespace),
      named: false,
      look: scenarioLooker(scenario),
      // The file's own moment: what was young then is young now.
      clock: { ...systemClock, now: () => new Date(scenario.now) },
      requests: () => 0,
      describes,
      cluster: undefined,
    },
    invocation,
    io,
  );
}

function runbookNamed(name: string | undefined): Runbook {
  const found = runbooks.find((item) => item.name === name);
  if (found) return found;
  const known = runbooks.map((item) => `  orion-setup runbook ${item.name}   ${item.symptom}`);
  throw new ExpectedStop(
    'usage',
    name === undefined ? 'Which runbook?' : `There is no runbook "${name}".`,
    known.map((line) => line.trim()),
  );
}

/** OBJECT is `name` or `kind/name`; without it the service's own. */
function targetOf(runbook: Runbook, object: string | undefined, namespace: string) {
  const kind = kinds[runbook.target.kind as KindName];
  if (object === undefined) return ref(kind, runbook.target.name, namespace);
  const [before, after] = object.includes('/') ? object.split('/', 2) : [kind.plural, object];
  const isKind = [kind.kind.toLowerCase(), kind.plural].includes((before ?? '').toLowerCase().split('.')[0] ?? '');
  if (!isKind || !after)
    throw new ExpectedStop('usage', `${runbook.name} looks at a ${kind.kind}, not at "${object}".`, [
      `orion-setup runbook ${runbook.name} ${kind.kind.toLowerCase()}/NAME`,
    ]);
  return ref(kind, after, namespace);
}
