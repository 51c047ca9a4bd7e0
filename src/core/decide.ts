import type {
  Cause,
  Diagnosis,
  Finding,
  Found,
  LastChange,
  NotLooked,
  Outcome,
  Runbook,
  State,
  Verdict,
} from './diagnosis.ts';
import type { Unread } from './fetched.ts';
import type { KubernetesObject } from './kubernetes/object.ts';
import { lastChanges } from './last-changes.ts';
import { CouldNotLook, sightOf } from './sight.ts';
import type { Snapshot } from './snapshot.ts';

type Judged<View> = { readonly cause: Cause<View>; readonly verdict: Verdict };

/** From what was seen to what is wrong: the smallest set of root causes that explains it. Pure, so saved evidence gives the same answer. */
export function decide<View>(runbook: Runbook<View>, snapshot: Snapshot): Diagnosis {
  const sight = sightOf(snapshot);
  const looks = coverageOf(snapshot.seen);
  const unseen = {
    findings: [],
    rootCauses: [],
    ruledOut: [],
    unrecognised: null,
    waiting: null,
    lastChanges: [],
    snapshot,
  };

  let view: View;
  try {
    view = runbook.view(sight);
  } catch (error) {
    if (!(error instanceof CouldNotLook)) throw error;
    const looked = notLooked(error.what, error.unread);
    return {
      ...unseen,
      outcome: 'incomplete',
      blind: runbook.causes.map(({ code, explains }) => ({ code, explains, looked })),
      coverage: looks,
      impact: `unknown: ${error.unread.detail}`,
    };
  }

  const judged = runbook.causes.map((cause) => ({ cause, verdict: attempt(() => cause.look(view)) }));
  const findings = heldBack(withRoots(judged));
  const roots = findings.filter((finding) => finding.root);
  const blind = judged.some(({ verdict }) => verdict.verdict === 'unknown');
  const waits = findings.find((finding) => finding.waiting);
  const state = attemptState(() => runbook.state(view));
  const outcome = outcomeOf({ roots: roots.length, waits: waits !== undefined, blind, state });

  return {
    ...unseen,
    outcome,
    rootCauses: roots.map(({ code }) => code),
    findings: findings.toSorted((a, b) => Number(b.root) - Number(a.root)),
    blind: judged.flatMap(({ cause, verdict }) =>
      verdict.verdict === 'unknown' ? [{ code: cause.code, explains: cause.explains, looked: lookedBy(verdict) }] : [],
    ),
    unrecognised:
      outcome === 'problem' && roots.length === 0 && state?.is === 'broken'
        ? { object: state.object, quote: state.quote }
        : null,
    waiting: outcome === 'waiting' ? (waits?.waiting ?? (state?.is === 'waiting' ? state.waiting : null)) : null,
    ruledOut: judged.flatMap(({ cause, verdict }) =>
      verdict.verdict === 'clear' && verdict.because ? [{ code: cause.code, because: verdict.because }] : [],
    ),
    lastChanges: attemptChanges(() => runbook.concerns(view)),
    coverage: { ...looks, notLooked: merged(looks.notLooked, judged) },
    impact: attemptText(() => runbook.impact(view)),
  };
}

/** A problem that was found stands, whatever else could not be looked at; "waiting" and "healthy" need all eyes (exit codes: 3 over 5 over 4). */
function outcomeOf(seen: { roots: number; waits: boolean; blind: boolean; state: State | undefined }): Outcome {
  if (seen.roots > 0) return 'problem';
  if (seen.blind || seen.state === undefined) return 'incomplete';
  if (seen.waits) return 'waiting';
  return seen.state.is === 'broken' ? 'problem' : seen.state.is;
}

/**
 * A finding is a root unless a deeper one explains it, it only waits, or it is a mere symptom. Where a cause that could explain it
 * could not be looked at, it is none either: blaming the echo would be a wrong blame.
 */
function withRoots<View>(judged: readonly Judged<View>[]): readonly Finding[] {
  const found = judged.filter((item): item is Judged<View> & { verdict: Found } => item.verdict.verdict === 'found');
  const explainers = found.filter(({ verdict }) => !verdict.waiting);
  const blindTo = (code: string) =>
    judged.some(({ cause, verdict }) => verdict.verdict === 'unknown' && cause.explains.includes(code));

  return found.map(({ cause, verdict: { verdict: _, remedies = [], symptom, ...facts } }) => {
    const explained = explainers.some(
      ({ cause: other }) => other.code !== cause.code && other.explains.includes(cause.code),
    );
    const root = !explained && !facts.waiting && !cause.symptom && !symptom && !blindTo(cause.code);
    return {
      ...facts,
      confidence: !root && !explained && blindTo(cause.code) ? 'likely' : facts.confidence,
      code: cause.code,
      title: cause.title,
      severity: cause.severity,
      owner: cause.owner,
      root,
      explains: cause.explains.filter((code) => found.some((item) => item.cause.code === code)),
      remedies,
    };
  });
}

/** A remedy that would be spent for nothing while something else is wrong is blocked by that. */
function heldBack(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) => {
    const other = findings.find(({ root, code }) => root && code !== finding.code);
    if (!other) return finding;
    return {
      ...finding,
      remedies: finding.remedies.map((remedy) =>
        remedy.onlyAlone === undefined || remedy.blockedBy !== null
          ? remedy
          : { ...remedy, blockedBy: `${other.code} is to be mended first: ${remedy.onlyAlone}` },
      ),
    };
  });
}

function attempt(look: () => Verdict): Verdict {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof CouldNotLook)) throw error;
    const { what, unread } = error;
    return { verdict: 'unknown', what, because: unread.detail, ...(unread.needs ? { needs: unread.needs } : {}) };
  }
}

function attemptState(read: () => State): State | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CouldNotLook) return undefined;
    throw error;
  }
}

/** What may not be read has no changes to tell. */
function attemptChanges(read: () => readonly KubernetesObject[]): readonly LastChange[] {
  try {
    return lastChanges(read());
  } catch (error) {
    if (error instanceof CouldNotLook) return [];
    throw error;
  }
}

function attemptText(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof CouldNotLook) return `unknown: ${error.unread.detail}`;
    throw error;
  }
}

/** How much of what was to be looked at was seen. That an object does not exist is an answer. */
export function coverageOf(seen: Snapshot['seen']): Diagnosis['coverage'] {
  const answers = Object.entries(seen);
  const missed = answers.flatMap(([name, answer]) =>
    answer.ok || answer.why === 'not-found' ? [] : [{ name, answer }],
  );
  return {
    looked: answers.length - missed.length,
    of: answers.length,
    notLooked: missed.map(({ name, answer }) => notLooked(name, answer)),
  };
}

const notLooked = (what: string, { why, detail, needs }: Unread): NotLooked => ({
  what,
  because: why === 'forbidden' ? 'forbidden' : detail,
  ...(needs ? { needs } : {}),
});

function merged<View>(looks: readonly NotLooked[], judged: readonly Judged<View>[]): readonly NotLooked[] {
  const more = judged.flatMap(({ verdict }) =>
    verdict.verdict === 'unknown' && !looks.some(({ what }) => what === verdict.what) ? [lookedBy(verdict)] : [],
  );
  return [...looks, ...more.filter((item, place) => more.findIndex(({ what }) => what === item.what) === place)];
}

const lookedBy = ({ what, because, needs }: Extract<Verdict, { verdict: 'unknown' }>): NotLooked => ({
  what,
  because,
  ...(needs ? { needs } : {}),
});
