import { coverageOf, decide } from '../core/decide.ts';
import type { Runbook } from '../core/diagnosis.ts';
import type { ObjectRef } from '../core/kubernetes/object.ts';
import type { Looker } from '../core/look.ts';
import type { Procedure } from '../core/procedures/procedure.ts';
import type { Findings } from '../core/report/test-report.ts';
import { sightOf } from '../core/sight.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { gather, type OnLook } from './diagnose.ts';

export type Running = {
  /** Whose eyes and verdict the procedure builds on, where there is one. */
  readonly runbook: Runbook | undefined;
  readonly procedure: Procedure;
  readonly target: ObjectRef;
  readonly look: Looker;
};

/** One pass over shared evidence: the runbook's rounds, then the procedure's own. Reads only. */
export async function runProcedure(
  { runbook, procedure, target, look }: Running,
  now: Date,
  signal: AbortSignal,
  onLook: OnLook = () => {},
  /** Told what is known after each round: what has passed by then, and what is open. */
  filled?: (findings: Findings) => void,
): Promise<Findings> {
  const rounds = [...(runbook?.rounds ?? []), ...procedure.rounds];
  const judge = (snapshot: Snapshot): Findings => {
    const findings = procedure.judge(sightOf(snapshot), runbook && decide(runbook, snapshot));
    const { notLooked, ...counts } = coverageOf(snapshot.seen);
    return { ...findings, coverage: { ...counts, notLooked: notLooked.map((one) => ({ ...one })) } };
  };
  const snapshot = await gather(rounds, target, look, now, signal, onLook, (known) => filled?.(judge(known)));
  return judge(snapshot);
}
