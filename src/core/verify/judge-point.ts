import type { Blind, Diagnosis, Finding, NotLooked } from '../diagnosis.ts';
import { attempt, CouldNotLook } from '../sight.ts';
import { dependencies } from './dependencies.ts';
import type { Judgement, Point, PointSight, PointState } from './point.ts';
import type { Diagnoses } from './point-sight.ts';
import type { PointResult } from './verification.ts';

/**
 * A point's own look and the detectors it names, joined. Red where either says so; green only where neither does and all of them could
 * look. What is only not there yet waits.
 */
export function judgePoint(point: Point, sight: PointSight, diagnoses: Diagnoses): PointResult {
  const own = look(point, sight);
  const all = Object.values(diagnoses);
  const detectors = countsNow(point, sight) ? point.detectors : [];
  const findings = all.flatMap((diagnosis) => diagnosis.findings).filter(({ code }) => detectors.includes(code));
  const bad = findings.filter(isBad(all));
  const waits = findings.filter((finding) => finding.waiting);
  const unsure = findings.filter((finding) => !bad.includes(finding) && !waits.includes(finding));
  // Also what might explain something that was found.
  const blind = all
    .flatMap((diagnosis) => diagnosis.blind)
    .filter(({ code, explains }) => detectors.includes(code) || unsure.some((one) => explains.includes(one.code)));

  const stateNow = stateOf(own, { bad, waits, isBlind: blind.length + unsure.length > 0 }, diagnoses);
  const codes = codesOf(stateNow, { bad, waits }, own, diagnoses);
  const [first] = stateNow === 'waiting' ? waits : bad;
  const speaks = first !== undefined && own.state !== 'failed' ? first : undefined;
  return {
    id: point.id,
    title: point.title,
    state: stateNow,
    expected: point.expects(sight.subject),
    saw: speaks ? withoutStop(speaks.because) : sawBy(own, stateNow, blind, unsure),
    object: speaks?.object ?? own.object ?? null,
    field: (speaks ? speaks.evidence[0]?.path : own.field) ?? null,
    lasting: stateNow === 'failed' && (codes.length > 0 || own.lasting === true),
    codes,
    remarks: own.remarks ?? [],
    notLooked: stateNow === 'not-looked' ? unique([...own.missing, ...missedBy(blind, unsure, all)]) : [],
    runbook: own.runbook ?? point.runbook,
    commands: own.commands ?? [],
  };
}

/** Where that cannot be told they count: better one red point too many than a green one. */
const countsNow = (point: Point, sight: PointSight): boolean => attempt(() => point.counts?.(sight) ?? true) ?? true;

type Own = Judgement & { readonly missing: readonly NotLooked[] };

function look(point: Point, sight: PointSight): Own {
  try {
    const judged = point.judge(sight);
    return { ...judged, missing: judged.notLooked ?? [] };
  } catch (error) {
    if (!(error instanceof CouldNotLook)) throw error;
    const { what, unread } = error;
    const missing = {
      what,
      because: unread.why === 'forbidden' ? 'forbidden' : unread.detail,
      ...(unread.needs ? { needs: unread.needs } : {}),
    };
    return { state: 'not-looked', saw: `could not look: ${unread.detail}`, missing: [missing] };
  }
}

/** Roots, and echoes of something that was found. What a cause out of sight might explain is neither proof nor all-clear. */
const isBad =
  (all: readonly Diagnosis[]) =>
  ({ code, root, waiting }: Finding): boolean =>
    !waiting &&
    (root || all.some(({ findings }) => findings.some((other) => other.root && other.explains.includes(code))));

function stateOf(
  own: Own,
  { bad, waits, isBlind }: { bad: readonly Finding[]; waits: readonly Finding[]; isBlind: boolean },
  diagnoses: Diagnoses,
): PointState {
  if (bad.length > 0) return 'failed';
  if (own.state === 'failed') {
    // Not there yet, and the runbook of what it comes with says that nothing is wrong.
    return own.comesWith && diagnoses[dependencies[own.comesWith].runbook]?.outcome === 'waiting'
      ? 'waiting'
      : 'failed';
  }
  if (own.state === 'not-looked' || isBlind) return 'not-looked';
  return waits.length > 0 ? 'waiting' : own.state;
}

function sawBy(own: Own, state: PointState, blind: readonly Blind[], unsure: readonly Finding[]): string {
  if (state !== 'not-looked' || own.state === 'not-looked') return own.saw;
  const [one] = unsure;
  if (one) return `perhaps ${withoutStop(one.because)}; what may lie behind it could not be looked at`;
  const [first] = blind;
  return `${own.saw}; whether all is well could not be told${first ? `: ${first.looked.what}, ${first.looked.because}` : ''}`;
}

/** A point that is red by its own look, and for want of something else, names what holds that up. */
function codesOf(
  state: PointState,
  { bad, waits }: { readonly bad: readonly Finding[]; readonly waits: readonly Finding[] },
  own: Own,
  diagnoses: Diagnoses,
): readonly string[] {
  if (state === 'waiting') return waits.map(({ code }) => code);
  if (state !== 'failed') return [];
  if (bad.length > 0) {
    const roots = bad.filter(({ root }) => root).map(({ code }) => code);
    // Only echoes: then what explains them.
    return roots.length > 0 ? roots : explaining(bad, Object.values(diagnoses));
  }
  if (!own.comesWith) return [];
  const { runbook, causes } = dependencies[own.comesWith];
  return (diagnoses[runbook]?.rootCauses ?? []).filter((code) => causes.includes(code));
}

const explaining = (echoes: readonly Finding[], all: readonly Diagnosis[]): readonly string[] =>
  all
    .flatMap(({ findings }) => findings)
    .filter(({ root, explains }) => root && echoes.some(({ code }) => explains.includes(code)))
    .map(({ code }) => code);

/** A symptom without a blind cause behind it is a look that failed itself. */
function missedBy(
  blind: readonly Blind[],
  unsure: readonly Finding[],
  all: readonly Diagnosis[],
): readonly NotLooked[] {
  if (blind.length > 0 || unsure.length === 0) return blind.map(({ looked }) => looked);
  return all
    .filter(({ findings }) => findings.some((finding) => unsure.includes(finding)))
    .flatMap(({ coverage }) => coverage.notLooked);
}

const withoutStop = (text: string): string => text.replace(/\.$/, '');

const unique = (items: readonly NotLooked[]): readonly NotLooked[] =>
  items.filter((item, place) => items.findIndex(({ what }) => what === item.what) === place);
