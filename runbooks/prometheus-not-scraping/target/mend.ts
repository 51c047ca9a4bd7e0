import { byHand } from '../../../src/core/by-hand.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { ownerElsewhere } from '../../../src/core/kubernetes/owner-elsewhere.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PromView } from '../view.ts';
import { calledAt, type SeenTarget } from './seen-targets.ts';

type MonitorEdit = { readonly path: readonly (string | number)[]; readonly to: unknown };

/** A change of the ServiceMonitor alone: Prometheus takes it up with the next reload, within two minutes as a rule. */
export function onMonitor(
  view: PromView,
  remedy: {
    readonly id: string;
    readonly title: string;
    readonly edits: readonly MonitorEdit[];
  },
): Remedy {
  const monitor = view.monitor as KubernetesObject;
  const owner = ownerElsewhere(monitor);
  return {
    id: remedy.id,
    title: remedy.title,
    risk: 'low',
    automatic: 'yes',
    commands: [patchCommand(monitor, remedy.edits)],
    changes: [patchOf(monitor, remedy.edits)],
    undo: `Puts ServiceMonitor ${monitor.metadata.name} back as it was.`,
    reversible: true,
    blockedBy: owner ? `${owner} renders this ServiceMonitor and would put it back: change it there` : null,
    healsWithin: 240,
  };
}

/** `add` sets a field of an object whether it was there or not. */
export const patchCommand = ({ metadata }: KubernetesObject, edits: readonly MonitorEdit[]): string =>
  `kubectl -n ${metadata.namespace} patch servicemonitor ${metadata.name} --type json -p '${JSON.stringify(
    edits.map(({ path, to }) =>
      to === undefined
        ? { op: 'remove', path: `/${path.join('/')}` }
        : { op: 'add', path: `/${path.join('/')}`, value: to },
    ),
  )}'`;

/** To the very pod that Prometheus complains of. */
export function portForward({ namespace }: PromView, scraped: SeenTarget): string {
  const { pod } = scraped;
  return `kubectl -n ${pod?.metadata.namespace ?? namespace} port-forward pod/${pod?.metadata.name ?? 'NAME'} 8080:${calledAt(scraped)?.port ?? 80} &`;
}

/** Where the monitor scrapes other pods well, what differs is in these pods. */
export function lookAtPods({ namespace }: PromView, failed: readonly SeenTarget[]): Remedy {
  const pods = failed.flatMap(({ pod }) => (pod ? [pod.metadata.name] : [])).slice(0, 3);
  return byHand({
    id: 'look-at-these-pods',
    title: 'Look at what these pods have that the others have not: another version, another node',
    commands: [
      `kubectl -n ${namespace} get pods -o wide --show-labels`,
      ...pods.map((name) => `kubectl -n ${namespace} logs ${name} --tail 50`),
    ],
  });
}
