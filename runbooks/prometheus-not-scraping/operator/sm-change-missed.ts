import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { ownerElsewhere } from '../../../src/core/kubernetes/owner-elsewhere.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import { lastChange, missedLine } from '../../../src/core/prometheus/missed.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PromView } from '../view.ts';
import { isLeftOut } from './left-out.ts';
import { hasHadTime, operatorLogLooks, workingOperator } from './operator-log.ts';

export const smChangeMissed: Cause<PromView> = {
  code: 'sm-change-missed',
  title: 'The operator let the ServiceMonitor go by: it had not heard of its namespace yet',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { monitor, namespace, sight } = view;
    const prometheus = view.meant();
    const operator = workingOperator(view);
    if (!monitor || !prometheus || !operator || !isLeftOut(view) || !hasHadTime(view)) return clear();
    const since = lastChange(monitor);
    const looks = operatorLogLooks(view);
    const { name } = operator.metadata;
    if (looks.length === 0)
      return { verdict: 'unknown', what: `the log of ${name}`, because: `no pod of Deployment ${name} is to be seen` };
    const told = looks.flatMap((look) => {
      const line = since && missedLine(sight.must(look), { namespace, since, prometheus });
      return line ? [{ look, line }] : [];
    });
    const [first] = told;
    if (!since || !first) return clear(`the log of ${name} does not say that it let the ServiceMonitor go by`);
    return found({
      object: refTo(monitor),
      because: `Everything selects ${monitor.metadata.name}, but ${name} heard of it before it heard of namespace ${namespace}, took no note, and does not come back to it: it waits for the next change.`,
      confidence: 'confirmed',
      evidence: [
        { from: `log of pod ${first.look.pod}`, saw: `${first.line.time} ${first.line.text}` },
        {
          from: `ServiceMonitor/${monitor.metadata.name}`,
          path: 'metadata.managedFields',
          saw: `spec or labels last changed ${since.toISOString()}`,
        },
        { from: 'the generated configuration', saw: 'no job of it', wanted: 'the job' },
      ],
      remedies: [touch(monitor, sight.now)],
    });
  },
};

const label = 'orion-setup/touched';

/** A change of spec or labels, and the operator looks at all of it again; an annotation would not move it (seen with 0.85). */
function touch(monitor: KubernetesObject, now: Date): Remedy {
  const { name, namespace, labels } = monitor.metadata;
  const value = String(Math.floor(now.getTime() / 1000));
  const path = ['metadata', 'labels'];
  const owner = ownerElsewhere(monitor);
  return {
    id: 'touch-servicemonitor',
    title: `Touch the ServiceMonitor: label it ${label}, which means nothing to anybody`,
    risk: 'low',
    automatic: 'yes',
    commands: [`kubectl -n ${namespace} label servicemonitor ${name} --overwrite ${label}=${value}`],
    changes: [
      patchOf(monitor, [
        labels === undefined ? { path, to: { [label]: value } } : { path: [...path, label], to: value },
      ]),
    ],
    undo: 'Takes the label away again; the job stays.',
    reversible: true,
    blockedBy: owner ? `${owner} renders this ServiceMonitor: touch it there` : null,
    healsWithin: 300,
  };
}
