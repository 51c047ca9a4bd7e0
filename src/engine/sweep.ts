import type { Diagnosis, NotLooked, Runbook } from '../core/diagnosis.ts';
import type { Unread } from '../core/fetched.ts';
import { at, textMapAt } from '../core/kubernetes/field.ts';
import { type KindName, kinds, ref } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { selects } from '../core/kubernetes/selectors.ts';
import { type ClusterLook, type Looker, nameOf } from '../core/look.ts';
import { diagnose } from './diagnose.ts';
import { lookedOnce } from './looked-once.ts';

export type Swept = { readonly runbook: Runbook; readonly diagnosis: Diagnosis };

export type SweepEvent =
  | { readonly event: 'swept'; readonly swept: Swept }
  | { readonly event: 'not-looked'; readonly notLooked: NotLooked }
  | { readonly event: 'namespace-done'; readonly namespace: string; readonly done: number; readonly of: number };

/** As many namespaces at a time: what they saw is forgotten with each, so that a large cluster needs no more memory than these. */
const atATime = 4;

/**
 * Looks with every runbook at everything it could be asked about, in every namespace that may be read. Reads only. Whoever may not
 * list the namespaces is shown the one they are in, and told so. Answers the number of namespaces.
 */
export async function sweepCluster(
  runbooks: readonly Runbook[],
  home: string,
  look: Looker,
  now: () => Date,
  emit: (event: SweepEvent) => void,
  signal: AbortSignal,
): Promise<number> {
  const shared = lookedOnce(look);
  const listed = await shared({ at: 'list', kind: kinds.Namespace }, signal);
  if (!listed.ok) emit({ event: 'not-looked', notLooked: notLooked({ at: 'list', kind: kinds.Namespace }, listed) });
  const names = listed.ok ? listed.value.map(({ metadata }) => metadata.name) : [home];
  const waiting = [...names];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      await sweepNamespace(runbooks, name, withMemory(look, shared), now, emit, signal);
      done += 1;
      emit({ event: 'namespace-done', namespace: name, done, of: names.length });
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return names.length;
}

/** What belongs to no namespace is asked once for all of them; the rest is kept as long as its namespace is looked at. */
function withMemory(look: Looker, shared: Looker): Looker {
  const own = lookedOnce(look);
  return (item, signal) => ('namespace' in item && item.namespace !== undefined ? own : shared)(item, signal);
}

async function sweepNamespace(
  runbooks: readonly Runbook[],
  namespace: string,
  look: Looker,
  now: () => Date,
  emit: (event: SweepEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const runbook of runbooks) {
    const kind = kinds[runbook.target.kind as KindName];
    const asked = { at: 'list', kind, namespace } as const;
    const targets = await look(asked, signal);
    if (!targets.ok) {
      emit({ event: 'not-looked', notLooked: notLooked(asked, targets) });
      continue;
    }
    const wanted = kind === kinds.Deployment ? await budgeted(targets.value, namespace, look, signal) : targets.value;
    for (const { metadata } of wanted) {
      const target = ref(kind, metadata.name, namespace);
      const diagnosis = await diagnose(runbook, target, look, now(), signal);
      emit({ event: 'swept', swept: { runbook, diagnosis } });
    }
  }
}

/** The workloads that a budget could hold: one that no budget selects blocks no drain. */
async function budgeted(
  deployments: readonly KubernetesObject[],
  namespace: string,
  look: Looker,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  const budgets = await look({ at: 'list', kind: kinds.PodDisruptionBudget, namespace }, signal);
  if (!budgets.ok) return deployments;
  return deployments.filter((deployment) =>
    budgets.value.some((budget) =>
      selects(
        at(budget, 'spec.selector') as Parameters<typeof selects>[0],
        textMapAt(deployment, 'spec.template.metadata.labels'),
      ),
    ),
  );
}

const notLooked = (look: ClusterLook, { why, detail, needs }: Unread): NotLooked => ({
  what: nameOf(look),
  because: why === 'forbidden' ? 'forbidden' : detail,
  ...(needs ? { needs } : {}),
});
