import type { Change } from '../core/change.ts';
import { targetOf } from '../core/change.ts';
import type { Diagnosis, Finding, Runbook } from '../core/diagnosis.ts';
import type { ObjectRef } from '../core/kubernetes/object.ts';
import { shortName } from '../core/kubernetes/object.ts';
import type { Looker } from '../core/look.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { ClusterWriter, Sent } from '../core/outside/cluster-writer.ts';
import type { Remedy } from '../core/remedy.ts';
import type { Remediation } from '../core/report/runbook-report.ts';
import { diagnose } from './diagnose.ts';
import { tryOut } from './trial.ts';

/** Keeps what is about to be done and what became of it, each before the next thing happens. */
export type ChangeLog = {
  readonly id: string;
  /** `relaxUntil`: whoever finds it left behind after that takes it back; of a trial, at once. */
  readonly intend: (place: number, change: Change, relaxUntil?: Date) => Promise<void>;
  readonly sent: (place: number, sent: Sent) => Promise<void>;
  readonly undone: (place: number) => Promise<void>;
  readonly verified: (ok: boolean, because: string) => Promise<void>;
};

/** A remedy as it is put to the operator: the server has already agreed to it in a dry run. */
export type Proposal = {
  readonly finding: Finding;
  readonly remedy: Remedy;
  readonly dryRun: readonly { readonly change: Change; readonly sent: Sent }[];
};

export type MendEvent =
  | { readonly event: 'proposed'; readonly proposal: Proposal }
  | { readonly event: 'change-sent'; readonly change: Change; readonly sent: Sent }
  | { readonly event: 'looked-again'; readonly diagnosis: Diagnosis; readonly until: Date }
  | { readonly event: 'ended'; readonly remediation: Remediation };

export type Mending = {
  readonly runbook: Runbook;
  readonly target: ObjectRef;
  readonly look: Looker;
  readonly writer: ClusterWriter;
  readonly clock: Clock;
  /** Asked once for each remedy. Throws ExpectedStop where the answer is a refusal. */
  readonly consent: (proposal: Proposal) => Promise<boolean>;
  readonly open: (remedy: Remedy, finding: Finding) => Promise<ChangeLog>;
  /** The remedy to take; without it the first that may be done for each root. */
  readonly only: string | undefined;
  readonly dryRunOnly: boolean;
  readonly emit: (event: MendEvent) => void;
};

export type Mended = { readonly diagnosis: Diagnosis; readonly remediation: Remediation | null };

/** Looks again after each remedy, three rounds at most. */
const mostRounds = 3;
const lookAgainMs = 2000;

/** Mends what was found: proposes, asks, keeps the way back, does, and looks again until it is healed. Stops at the first refusal. */
export async function mend(mending: Mending, first: Diagnosis, signal: AbortSignal): Promise<Mended> {
  let diagnosis = first;
  let remediation: Remediation | null = null;
  for (let round = 0; round < mostRounds; round++) {
    const chosen = choose(diagnosis, mending.only);
    if (!chosen) break;
    const done = await carryOut(mending, chosen, signal);
    remediation = remediation
      ? { ...done.remediation, steps: [...remediation.steps, ...done.remediation.steps] }
      : done.remediation;
    if (done.isStale) {
      // Somebody, often a controller, wrote in between: look again instead of overwriting.
      diagnosis = await diagnose(mending.runbook, mending.target, mending.look, mending.clock.now(), signal);
      continue;
    }
    diagnosis = done.diagnosis ?? diagnosis;
    if (!done.remediation.applied || !done.remediation.verified || mending.only !== undefined) break;
  }
  return { diagnosis, remediation };
}

/** The first remedy that may be done, of the first root that has one; a named one of any finding. */
export function choose(
  diagnosis: Diagnosis,
  only: string | undefined,
): { finding: Finding; remedy: Remedy } | undefined {
  const findings = only === undefined ? diagnosis.findings.filter(({ root }) => root) : diagnosis.findings;
  for (const finding of findings) {
    const remedy = finding.remedies.find(
      ({ id, automatic, blockedBy, risk, trial }) =>
        // A trial mends nothing: it is done where it was asked for.
        (only === undefined ? trial === undefined : id === only) &&
        automatic === 'yes' &&
        blockedBy === null &&
        risk !== 'high',
    );
    if (remedy) return { finding, remedy };
  }
  return undefined;
}

async function carryOut(
  mending: Mending,
  { finding, remedy }: { finding: Finding; remedy: Remedy },
  signal: AbortSignal,
) {
  const proposal: Proposal = { finding, remedy, dryRun: await tryDry(mending.writer, remedy.changes, signal) };
  mending.emit({ event: 'proposed', proposal });
  const steps: Remediation['steps'] = [];
  const end = (facts: Partial<Remediation>, diagnosis?: Diagnosis, isStale = false) => {
    const remediation: Remediation = {
      remedy: remedy.id,
      applied: false,
      verified: false,
      undoId: null,
      steps,
      ...facts,
    };
    mending.emit({ event: 'ended', remediation });
    return { remediation, diagnosis, isStale };
  };

  const refusal = proposal.dryRun.find(({ sent }) => !sent.ok);
  if (refusal) {
    steps.push(stepOf(refusal.change, refusal.sent, 'dry run of '));
    return end({}, undefined, isChangedSince(refusal.sent));
  }
  if (mending.dryRunOnly) {
    steps.push(...proposal.dryRun.map(({ change, sent }) => stepOf(change, sent, 'dry run of ')));
    return end({});
  }
  if (!(await mending.consent(proposal))) return end({});

  const log = await mending.open(remedy, finding);
  const { trial } = remedy;
  if (trial) {
    const onSent = (change: Change, sent: Sent) => {
      mending.emit({ event: 'change-sent', change, sent });
      steps.push(stepOf(change, sent));
    };
    const onLook = (seen: Diagnosis, until: Date) => mending.emit({ event: 'looked-again', diagnosis: seen, until });
    const proved = await tryOut({ ...mending, log, onSent, onLook }, { ...remedy, trial }, signal);
    await log.verified(proved, proved ? 'the trial went well' : 'the trial did not go well');
    const after = await diagnose(mending.runbook, mending.target, mending.look, mending.clock.now(), signal);
    return end({ applied: true, verified: proved }, after);
  }
  for (const [place, change] of remedy.changes.entries()) {
    await log.intend(place, change, remedy.relaxUntil);
    const sent = await mending.writer.send(change, { dryRun: false }, signal);
    await log.sent(place, sent);
    mending.emit({ event: 'change-sent', change, sent });
    steps.push(stepOf(change, sent));
    if (!sent.ok) {
      await log.verified(false, sent.detail);
      return end(
        { applied: place > 0, undoId: place > 0 ? log.id : null },
        undefined,
        place === 0 && isChangedSince(sent),
      );
    }
  }
  const { healed, diagnosis } = await watchUntilHealed(mending, finding, remedy, signal);
  await log.verified(healed, healed ? 'the cause is gone' : `still ${diagnosis.outcome}`);
  return end({ applied: true, verified: healed, undoId: log.id }, diagnosis);
}

const isChangedSince = (sent: Sent): boolean => !sent.ok && sent.why === 'changed-since';

/** Every change is tried on the server first. One that only makes sense after an earlier one (delete after patch) is tried on its own. */
async function tryDry(
  writer: ClusterWriter,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<Proposal['dryRun']> {
  const tried: { change: Change; sent: Sent }[] = [];
  for (const change of changes) tried.push({ change, sent: await writer.send(change, { dryRun: true }, signal) });
  return tried;
}

/**
 * Healed is: healthy, or this cause gone while another is now the root. Gone alone may only mean that nobody has looked yet, so
 * waiting goes on while the outcome is waiting. Late is what was looked at once more after the time was up: the clock is read first.
 */
async function watchUntilHealed(mending: Mending, finding: Finding, remedy: Remedy, signal: AbortSignal) {
  const { clock } = mending;
  const until = new Date(clock.now().getTime() + remedy.healsWithin * 1000);
  for (;;) {
    await clock.sleep(lookAgainMs, signal);
    const now = clock.now();
    const diagnosis = await diagnose(mending.runbook, mending.target, mending.look, now, signal);
    mending.emit({ event: 'looked-again', diagnosis, until });
    const still = diagnosis.findings.some(({ code, root }) => code === finding.code && root);
    const next = diagnosis.outcome === 'problem' && diagnosis.rootCauses.length > 0 && !still;
    if (diagnosis.outcome === 'healthy' || next) return { healed: true, diagnosis };
    if (now >= until) return { healed: false, diagnosis };
  }
}

function stepOf(change: Change, sent: Sent, before = ''): Remediation['steps'][number] {
  const step = `${before}${change.do} ${shortName(targetOf(change))}`;
  if (sent.ok) return { step, result: 'done' };
  return { step, result: 'refused', detail: sent.needs ? `${sent.detail} (needs: ${sent.needs})` : sent.detail };
}
