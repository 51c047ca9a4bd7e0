import { faceOf, mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { consentTo, isGiven, optionsFor } from '../core/consent.ts';
import { parseDuration } from '../core/durations.ts';
import { ExpectedStop } from '../core/failure.ts';
import { type Kind, kinds } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { Io } from '../core/outside/io.ts';
import { outcomeOf } from '../core/procedures/check.ts';
import { drainChecks } from '../core/procedures/drain-checks.ts';
import { type DrainPlan, drainPlan } from '../core/procedures/drain-plan.ts';
import { dnsLooks, hostLooks, hostOf } from '../core/procedures/procedure.ts';
import type { Findings } from '../core/report/test-report.ts';
import { sightOf } from '../core/sight.ts';
import { gather } from '../engine/diagnose.ts';
import { drain } from '../engine/drain.ts';
import { type Probing, whatAnswers } from '../engine/drain-watch.ts';
import { tryDrain } from '../engine/try-drain.ts';
import { openChangeLog } from './change-log.ts';
import type { TestFace } from './test-face.ts';
import type { TestGround } from './test-ground.ts';

const usualTimeoutMs = 10 * 60_000;

/** `test pdb --real`: where the tried evictions went well, a node is drained for real, after a typed yes. */
export async function drainHere(
  ground: TestGround,
  tried: Findings,
  invocation: Invocation,
  io: Io,
  face: TestFace,
): Promise<Findings> {
  const { options } = invocation;
  const { cluster, site, look, clock } = ground;
  const isDryRun = options['dry-run'] === 'server';
  if (outcomeOf(tried.checks) !== 'healthy') {
    io.err('Nothing was evicted: what was tried without doing it did not go well.\n');
    return tried;
  }
  if (!isDryRun) cluster.insistOnPin();
  const timeoutMs = options.timeout === undefined ? usualTimeoutMs : parseDuration(options.timeout, '--timeout');
  const plan = await planned(ground, invocation, io);
  const probing = await probingOf(ground, io);
  // Shown first: whoever is refused sees whom it would have touched.
  face.proposed(plan, probing.unprobed);
  await tryDrain({ plan, look, writer: cluster.writer }, io.signal);
  if (isDryRun) return tried;
  await consent(ground, plan, invocation, io, face);

  await using _lock = await cluster.journals.lock();
  const log = await openChangeLog(cluster.journals, clock, {
    identity: cluster.identity,
    reader: cluster.reader,
    namespace: site.namespace,
    command: 'test pdb --real',
    title: `Drain ${plan.node.metadata.name} for a trial`,
    profile: ground.describes.profile ?? undefined,
  });
  const { drained, uncounted } = await drain(
    {
      plan,
      namespace: site.namespace,
      look,
      writer: cluster.writer,
      clock,
      log,
      ...probing,
      timeoutMs,
      emit: face.tell,
    },
    io.signal,
  );
  return { ...tried, checks: [...tried.checks, ...drainChecks(drained, uncounted)], drain: drained };
}

async function planned({ look, site }: TestGround, { options }: Invocation, io: Io): Promise<DrainPlan> {
  const all = async (kind: Kind, namespace?: string): Promise<readonly KubernetesObject[]> => {
    const answer = await look({ at: 'list', kind, ...(namespace === undefined ? {} : { namespace }) }, io.signal);
    if (answer.ok) return answer.value;
    throw new ExpectedStop(
      'refused',
      `A node is not drained half-seen: ${answer.detail} Nothing was changed.`,
      answer.needs === undefined ? [] : [`The right that is missing: ${answer.needs}`],
    );
  };
  const [nodes, pods, budgets, everybody] = await Promise.all([
    all(kinds.Node),
    all(kinds.Pod, site.namespace),
    all(kinds.PodDisruptionBudget, site.namespace),
    options['whole-node'] ? all(kinds.Pod) : undefined,
  ]);
  const plan = drainPlan({ nodes, pods, budgets, everybody }, options.node);
  if (plan.is === 'plan') return plan;
  const isMistyped = options.node !== undefined && !nodes.some(({ metadata }) => metadata.name === options.node);
  throw new ExpectedStop(
    isMistyped ? 'usage' : 'refused',
    `Not drained: ${plan.because}. Nothing was changed.`,
    plan.next,
  );
}

/** What answers before anything is done is what must answer all the while. A service that is unwell is not drained. */
async function probingOf({ look, clock, site }: TestGround, io: Io): Promise<Probing> {
  const rounds = [() => hostLooks(site), (sight: Parameters<typeof dnsLooks>[0]) => dnsLooks(sight, site)];
  const target = { apiVersion: 'v1', kind: 'Namespace', name: site.namespace };
  const sight = sightOf(await gather(rounds, target, look, clock.now(), io.signal));
  const probing = await whatAnswers(look, sight, hostOf(sight, site), io.signal);
  if (probing.unwell !== undefined)
    throw new ExpectedStop('refused', `Not drained: ${probing.unwell} before anything was done. Nothing was changed.`, [
      `orion-setup test ingress -n ${site.namespace}`,
    ]);
  if (hostOf(sight, site) !== undefined) return probing;
  const unread = hostLooks(site).flatMap((asked) => {
    const answer = sight.try(asked);
    return answer.ok ? [] : [answer.needs ? `${answer.detail} (needs ${answer.needs})` : answer.detail];
  });
  return unread.length === 0 ? probing : { ...probing, unprobed: `the host is not known: ${unread.join(' ')}` };
}

async function consent(
  { cluster, site }: TestGround,
  plan: DrainPlan,
  { words, options }: Invocation,
  io: Io,
  face: TestFace,
): Promise<void> {
  const wanted = consentTo('medium', cluster.ground);
  if (isGiven(wanted, options)) return;
  if (mayAsk(options, io) && faceOf(options, io) !== 'document') {
    if (await face.consents(wanted)) return;
    throw new ExpectedStop('operator-said-no', 'Nothing was changed.');
  }
  const whole = plan.scope === 'whole-node' ? ' --whole-node' : '';
  throw new ExpectedStop(
    'refused',
    `${plan.node.metadata.name} was not drained: it needs your word. Nothing was changed.`,
    [
      `orion-setup test ${words.join(' ')} --real${whole} --node ${plan.node.metadata.name} -n ${site.namespace} ${optionsFor(wanted)}`,
    ],
  );
}
