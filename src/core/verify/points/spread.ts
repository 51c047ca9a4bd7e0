import { condition, numberAt, textAt } from '../../kubernetes/field.ts';
import { kinds } from '../../kubernetes/kinds.ts';
import { refTo } from '../../kubernetes/object.ts';
import { takesPods } from '../../kubernetes/schedulable.ts';
import type { Point } from '../point.ts';
import { absent } from './resources.ts';

/** As far as there are nodes: with fewer nodes than pods, some must share one. */
export const spread: Point = {
  id: 'spread',
  title: 'The pods are spread over nodes',
  expects: () => 'as many nodes as pods, or all nodes that take pods',
  runbook: 'pdb-blocking',
  detectors: [],
  judge(sight) {
    const deployment = sight.deployment();
    if (!deployment) return { state: 'failed', ...absent(sight.namespace) };
    const object = refTo(deployment);
    const wanted = numberAt(deployment, 'spec.replicas') ?? 1;
    const ready = sight.pods().filter((pod) => condition(pod, 'Ready')?.status === 'True');
    const used = new Set(ready.flatMap((pod) => textAt(pod, 'spec.nodeName') ?? []));
    const field = 'spec.template.spec.topologySpreadConstraints';
    if (ready.length === 0) return { state: 'failed', saw: 'no pod is ready', object, field, comesWith: 'pods' };
    // One node each: how many nodes there are does not matter then.
    if (used.size >= wanted)
      return { state: 'passed', saw: `${ready.length} pods on ${used.size} nodes`, object, field };
    const nodes = sight.sight.list(kinds.Node).filter((node) => takesPods(node) || used.has(node.metadata.name));
    const needed = Math.min(wanted, nodes.length);
    const saw = `${ready.length} ready pods on ${used.size} ${used.size === 1 ? 'node' : 'nodes'}, of ${nodes.length} that take pods`;
    return used.size >= needed
      ? {
          state: 'passed',
          saw,
          object,
          field,
          remarks:
            nodes.length < wanted
              ? [
                  `Only ${nodes.length} ${nodes.length === 1 ? 'node takes' : 'nodes take'} pods: ${wanted} pods share them`,
                ]
              : [],
        }
      : { state: 'failed', saw, object, field, comesWith: 'pods' };
  },
};
