import type { Diagnosis, Finding, NotLooked } from '../diagnosis.ts';
import { CouldNotLook } from '../sight.ts';
import type { Judgement, Point, PointSight, PointState, RunbookName } from './point.ts';
import { attempt, type Diagnoses } from './point-sight.ts';
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
  const blind = all.flatMap((diagnosis) => diagnosis.blind).filter(({ code }) => detectors.includes(code));
  const bad = findings.filter(isBad(all));
  const waits = findings.filter((finding) => finding.waiting);
  const unsure = findings.filter((finding) => !bad.includes(finding) && !waits.includes(finding));

  const stateNow = stateOf(own, { bad, waits, isBlind: blind.length + unsure.length > 0 }, diagnoses);
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
    codes: codesOf(stateNow, bad, waits, own.runbook ?? point.runbook, diagnoses),
    remarks: own.remarks ?? [],
    notLooked: stateNow === 'not-looked' ? unique([...own.missing, ...blind.map(({ looked }) => looked)]) : [],
    runbook: own.runbook ?? point.runbook,
  };
}

/** Where that cannot be told they count: better one red point too many than a green one. */
const countsNow = (point: Point, sight: PointSight): boolean => attempt(() => point.counts?.(sight) ?? true) ?? true;

type Own = Judgement & { readonly missing: readonly NotLooked[] };

function look(point: Point, sight: PointSight): Own {
  try {
    return { ...point.judge(sight), missing: [] };
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
    return own.comesWith && diagnoses[own.comesWith]?.outcome === 'waiting' ? 'waiting' : 'failed';
  }
  if (own.state === 'not-looked' || isBlind) return 'not-looked';
  return waits.length > 0 ? 'waiting' : own.state;
}

function sawBy(own: Own, state: PointState, blind: Diagnosis['blind'], unsure: readonly Finding[]): string {
  if (state !== 'not-looked' || own.state === 'not-looked') return own.saw;
  const [one] = unsure;
  if (one) return `perhaps ${withoutStop(one.because)}; what may lie behind it could not be looked at`;
  const [first] = blind;
  return `${own.saw}; whether all is well could not be told${first ? `: ${first.looked.what}, ${first.looked.because}` : ''}`;
}

/** A point that is red by its own look names the root causes of the runbook that mends it: one of them is what it depends on. */
function codesOf(
  state: PointState,
  bad: readonly Finding[],
  waits: readonly Finding[],
  runbook: RunbookName,
  diagnoses: Diagnoses,
): readonly string[] {
  if (state === 'waiting') return waits.map(({ code }) => code);
  if (state !== 'failed') return [];
  const roots = bad.filter(({ root }) => root).map(({ code }) => code);
  if (roots.length > 0) return roots;
  return diagnoses[runbook]?.rootCauses ?? [];
}

const withoutStop = (text: string): string => text.replace(/\.$/, '');

const unique = (items: readonly NotLooked[]): readonly NotLooked[] =>
  items.filter((item, place) => items.findIndex(({ what }) => what === item.what) === place);
