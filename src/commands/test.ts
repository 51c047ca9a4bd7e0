import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop, exitCodes } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { outcomeOf } from '../core/procedures/check.ts';
import { type ProcedureName, procedureNames, type TestReport, testReport } from '../core/report/test-report.ts';
import { runProcedure } from '../engine/procedure.ts';
import { alertHere } from './alert-here.ts';
import { journalsOf } from './change-log.ts';
import { drainHere } from './drain-here.ts';
import { openCluster } from './open-cluster.ts';
import { sayPending } from './pending.ts';
import { groundOf, insistOnPin, type Place } from './place.ts';
import { placeIn, usualFor } from './place-in.ts';
import { procedureFor } from './procedures.ts';
import { type TestFace, testByLine } from './test-face.ts';
import type { TestGround } from './test-ground.ts';
import { wantsScreens } from './wants-screens.ts';

/** `orion-setup test metrics|pdb|certificate|ingress [ENV] [--real] [--alert]`: the testing procedures. All but `--real` and `--alert` only look. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  const { words } = invocation;
  // A test alert is shown and asked about in lines.
  if (wantsScreens(invocation, io) && !invocation.options.alert) {
    const { testOnScreens } = await import('./test-on-screens.ts');
    return await testOnScreens(invocation, io);
  }
  return await test(testNamed(words), words[1], invocation, io);
}

/** The procedure that the first word names. Throws where it names none, or where too much is said. */
export function testNamed([word, , ...tooMany]: readonly string[]): ProcedureName {
  const name = procedureNames.find((one) => one === word);
  if (name && tooMany.length === 0) return name;
  throw new ExpectedStop(
    'usage',
    word === undefined
      ? 'test wants to know what to test.'
      : name
        ? `test takes a name and ENV, not "${tooMany.join(' ')}" besides.`
        : `There is no test "${word}".`,
    procedureNames.map((one) => `orion-setup test ${one}`),
  );
}

/** One procedure in one environment. Answers the exit code. */
export async function test(
  name: ProcedureName,
  environment: string | undefined,
  invocation: Invocation,
  io: Io,
  face: TestFace & Partial<{ readonly entered: (place: Place, context: string) => void }> = testByLine(invocation, io),
): Promise<number> {
  insistOnUse(name, invocation);
  const place = await placeIn(environment, invocation, io);
  const cluster = await openCluster(invocation, io, place.context);
  try {
    const identity = await cluster.identity();
    const namespace = place.namespace ?? identity.namespace;
    const environmentIs = place.judgedAs ?? usualFor(namespace);
    face.entered?.({ ...place, namespace }, identity.context);
    const journals = journalsOf(io);
    await sayPending(journals, identity, cluster.clock.now(), io);
    const { context, server, uid } = identity;
    const ground: TestGround = {
      site: {
        namespace,
        ...(environmentIs === undefined ? {} : { environment: environmentIs }),
        ...(place.host === undefined ? {} : { host: place.host }),
      },
      describes: { profile: place.profile?.name ?? null, context, server, clusterUid: uid, namespace },
      look: cluster.look,
      clock: cluster.clock,
      requests: cluster.reader.requests,
      cluster: {
        reader: cluster.reader,
        writer: cluster.writer,
        identity,
        journals,
        ground: groundOf(place, identity, namespace),
        insistOnPin: () => insistOnPin(place, identity),
      },
    };
    return await runTest(name, ground, invocation, io, face);
  } finally {
    cluster.close();
  }
}

/** Runs the procedure and says what it came to. Answers the exit code. */
export async function runTest(
  name: ProcedureName,
  ground: TestGround,
  invocation: Invocation,
  io: Io,
  face: TestFace = testByLine(invocation, io),
): Promise<number> {
  const { options } = invocation;
  const { site, look, clock, describes, requests } = ground;
  const startedAt = clock.now();
  const paired = procedureFor(name, site, options.prometheus !== undefined);
  const tried = await runProcedure({ ...paired, look }, startedAt, io.signal, face.looked, face.filled);
  const findings = options.real
    ? await drainHere(ground, tried, invocation, io, face)
    : options.alert
      ? await alertHere(ground, tried, invocation, io)
      : tried;
  const outcome: TestReport['outcome'] = outcomeOf(findings.checks);
  face.ended(
    testReport({
      version: io.version,
      target: describes,
      test: name,
      environment: site.environment ?? null,
      startedAt,
      endedAt: clock.now(),
      apiRequests: requests(),
      outcome,
      findings,
    }),
  );
  return exitCodes[outcome];
}

function insistOnUse(name: ProcedureName, { options }: Invocation): void {
  const real = [options.node !== undefined && '--node', options['whole-node'] && '--whole-node'].find(Boolean);
  if (options.real && name !== 'pdb')
    throw new ExpectedStop('usage', `test ${name} only looks; --real is for test pdb.`);
  if (options.alert && name !== 'metrics')
    throw new ExpectedStop('usage', `--alert is for test metrics, not for test ${name}.`);
  if (options.wait !== undefined && !options.alert)
    throw new ExpectedStop('usage', 'Of the tests only test metrics --alert takes --wait: how long the alert stays.');
  if (real && !options.real)
    throw new ExpectedStop('usage', `${real} is for test pdb --real; without it nothing is evicted.`);
}
