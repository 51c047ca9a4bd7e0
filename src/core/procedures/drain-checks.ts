import type { TestReport } from '../report/test-report.ts';
import { CouldNotLook } from '../sight.ts';
import { type Check, checkOf, failed, passed } from './check.ts';

export type Drained = NonNullable<TestReport['drain']>;

export const probeTarget = 0.999;

/** What a drain came to, against what was promised of it. `uncounted`: why no pods were counted while it was done, where none were. */
export function drainChecks(drain: Drained, uncounted: string | undefined): readonly Check[] {
  const { node, evicted, ready, probes, stopped, uncordoned } = drain;
  const share = (of: number) => `${Math.floor(of * 100_000) / 1000} %`;
  return [
    checkOf({ id: 'drained', title: `Pods of ${node} evicted and replaced`, expected: 'every one' }, () =>
      stopped === null
        ? passed(`${evicted.length} evicted and replaced`, { object: `Node/${node}` })
        : failed(stopped, { object: `Node/${node}`, runbook: 'pdb-blocking' }),
    ),
    checkOf({ id: 'stayed-ready', title: 'Ready pods all the while', expected: `${ready.wanted} or more` }, () => {
      if (uncounted !== undefined) throw new CouldNotLook('pods', unseen(uncounted));
      const saw = `${ready.lowest} at the lowest, of ${ready.before}`;
      return ready.lowest >= ready.wanted ? passed(saw) : failed(saw);
    }),
    checkOf({ id: 'stayed-reachable', title: 'HTTPS answered all the while', expected: '99.9 % of the probes' }, () => {
      if (probes.share === null) throw new CouldNotLook(probes.url, unseen(probes.failures[0] ?? 'no probe was sent'));
      const saw = `${probes.answered} of ${probes.sent} answered (${share(probes.share)})`;
      return probes.share >= probeTarget ? passed(saw) : failed(saw);
    }),
    checkOf({ id: 'uncordoned', title: `${node} takes pods again`, expected: 'uncordoned' }, () =>
      uncordoned
        ? passed('uncordoned')
        : failed('still cordoned', { object: `Node/${node}`, path: 'spec.unschedulable' }),
    ),
  ];
}

const unseen = (detail: string) => ({ ok: false, why: 'not-looked', detail }) as const;
