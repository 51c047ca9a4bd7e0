import { faceOf, mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { alertRounds } from '../core/alerts/looks.ts';
import { alertChecks, type TestAlertPlan, testAlertPlan } from '../core/alerts/test-alert.ts';
import { consentTo, isGiven, optionsFor } from '../core/consent.ts';
import { parseDuration } from '../core/durations.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import type { Findings } from '../core/report/test-report.ts';
import { CouldNotLook, sightOf } from '../core/sight.ts';
import { gather } from '../engine/diagnose.ts';
import { testAlert } from '../engine/test-alert.ts';
import { alertProposal } from '../views/plain/alert-text.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { consentByLine } from '../views/plain/choose-remedy.ts';
import { openChangeLog } from './change-log.ts';
import type { TestGround } from './test-ground.ts';

/** `test metrics --alert`: one alert, shown first and posted after a typed yes; whom it reaches is seen, and it is ended. */
export async function alertHere(
  ground: TestGround,
  found: Findings,
  { words, options }: Invocation,
  io: Io,
): Promise<Findings> {
  const { cluster, site, look, clock } = ground;
  const holdMs = options.wait === undefined ? 0 : parseDuration(options.wait, '--wait');
  const plan = await planned(ground, holdMs, io);
  io.err(alertProposal(plan));
  if (options['dry-run'] === 'server') return found;
  cluster.insistOnPin();
  const wanted = consentTo('medium', cluster.ground);
  if (!isGiven(wanted, options)) {
    if (!mayAsk(options, io) || faceOf(options, io) === 'document')
      throw new ExpectedStop('refused', 'No alert was posted: it needs your word. Nothing was changed.', [
        `orion-setup test ${words.join(' ')} --alert -n ${site.namespace} ${optionsFor(wanted)}`,
      ]);
    if (!(await consentByLine(wanted, lineQuestions(io.signal))))
      throw new ExpectedStop('operator-said-no', 'Nothing was changed.');
  }
  await using _lock = await cluster.journals.lock();
  const log = await openChangeLog(cluster.journals, clock, {
    identity: cluster.identity,
    reader: cluster.reader,
    namespace: site.namespace,
    command: 'test metrics --alert',
    title: `Post a test alert to Alertmanager ${plan.alertmanager.namespace}/${plan.alertmanager.service}`,
    profile: ground.describes.profile ?? undefined,
  });
  const tell = (line: string): void => io.err(`${line}\n`);
  const tested = await testAlert({ plan, look, writer: cluster.writer, clock, log, tell }, io.signal);
  return { ...found, checks: [...found.checks, ...alertChecks(tested)], alert: tested };
}

async function planned({ look, site, clock }: TestGround, holdMs: number, io: Io): Promise<TestAlertPlan> {
  const target = { apiVersion: 'v1', kind: 'Namespace', name: site.namespace };
  const sight = sightOf(await gather(alertRounds(site.namespace), target, look, clock.now(), io.signal));
  const stop = (because: string, needs?: string) =>
    new ExpectedStop('refused', `No alert was posted: ${because} Nothing was changed.`, [
      ...(needs === undefined ? [] : [`The right that is missing: ${needs}`]),
      `orion-setup verify --only monitoring -n ${site.namespace}`,
    ]);
  try {
    const plan = testAlertPlan(sight, site.namespace, holdMs);
    if (plan) return plan;
  } catch (error) {
    if (!(error instanceof CouldNotLook)) throw error;
    throw stop(`where it would have to go could not be looked at (${error.unread.detail}).`, error.unread.needs);
  }
  throw stop('no Prometheus takes the rules of this namespace and names an Alertmanager for them.');
}
