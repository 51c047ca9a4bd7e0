import { lastTouched } from '../../../src/core/kubernetes/last-touched.ts';
import type { PromView } from '../view.ts';

/** A working operator writes a change within seconds. */
const graceMs = 60_000;

/** Whether a ServiceMonitor that a Prometheus takes is not in the generated configuration. Throws where that cannot be told. */
export function isLeftOut(view: PromView): boolean {
  if (view.isDiscovered() || view.takers().length === 0) return false;
  const { prometheus, jobs } = view.jobsLook();
  if (!prometheus) return false;
  const config = view.config();
  if (config === 'unknown') view.sight.must(jobs);
  return config === 'absent';
}

/** Whether the operator has had time to write it: as a rule, or where its own word tells more, so many milliseconds. */
export function isOverdue({ monitor, sight }: PromView, milliseconds = graceMs): boolean {
  const latest = monitor && lastTouched([monitor]);
  return latest !== undefined && sight.now.getTime() - latest.getTime() > milliseconds;
}
