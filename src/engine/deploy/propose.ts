import type { Memory } from '../../core/deploy/memory.ts';
import { ExpectedStop } from '../../core/failure.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { besideOwner } from '../../core/kubernetes/owner-elsewhere.ts';
import type { PlanFacts } from '../../core/setup/effect.ts';
import type { EnvironmentName } from '../../core/setup/settings.ts';
import { applying, deleting, type Step } from './change-set.ts';
import { type Leftover, leftoversOf, refusedDeletions } from './leftovers.ts';
import { type Plan, plan } from './plan.ts';
import type { Cluster, DeployPorts } from './ports.ts';
import { lookMemory, refusedToRemember } from './remember.ts';

/** What would change, by the server's own word, and what of earlier sets would stay beside it. */
export type Proposal = {
  readonly plan: Plan;
  readonly leftovers: readonly Leftover[];
  readonly memory: Memory | undefined;
  /** What besides the manifests themselves would be refused: deletions, and keeping what was applied. */
  readonly refused: PlanFacts['blocked'];
};

/** What is asked for besides applying the objects. */
export type Besides = {
  readonly prune: boolean;
  /** Whether the environment is to remember it: not where it is only shown. */
  readonly remembers: boolean;
};

export async function propose(
  ports: Pick<DeployPorts, 'hash'>,
  cluster: Cluster,
  environment: EnvironmentName,
  objects: readonly KubernetesObject[],
  { prune, remembers }: Besides,
  signal: AbortSignal,
): Promise<Proposal> {
  const seen = await lookMemory(cluster, environment, signal);
  if (!seen.ok)
    throw new ExpectedStop(
      'refused',
      `What ${environment} remembers cannot be read: ${seen.because}`,
      seen.needs === undefined ? [] : [`The right that is missing: ${seen.needs}`],
    );
  const planned = await plan(cluster, objects, signal);
  const leftovers = await leftoversOf(cluster, environment, seen.memory, objects, ports.hash, signal);
  const refused = [
    ...(prune ? await refusedDeletions(cluster, leftovers, signal) : []),
    ...(remembers ? await refusedToRemember(cluster, environment, signal) : []),
  ];
  return { plan: planned, leftovers, memory: seen.memory, refused };
}

/** Throws where something of it is not this tool's to change: the diff for its source, and the steps by hand. */
export function insistOnOwn({ plan: { facts, owned } }: Pick<Proposal, 'plan'>): void {
  const blocked = facts.blocked.filter(({ why }) => why === 'owned');
  if (blocked.length === 0) return;
  const message = [
    "Some of it is not this tool's to change, so nothing was changed.",
    ...blocked.flatMap(({ object, because, diff }) => [`${object}: ${because}`, ...linesOf(diff)]),
  ].join('\n');
  const byHand = owned.flatMap((live) => besideOwner(live, [editOf(live)]));
  throw new ExpectedStop('refused', message, [
    'Make the change at its source, which brings it here.',
    ...(byHand.length > 0 ? ['By hand, for as long as its owner is suspended:', ...byHand] : []),
  ]);
}

const linesOf = (diff: string | null): readonly string[] =>
  diff === null || diff === '' ? [] : diff.split('\n').map((line) => `    ${line}`);

const editOf = ({ kind, metadata: { name, namespace } }: KubernetesObject): string =>
  `kubectl${namespace === undefined ? '' : ` -n ${namespace}`} edit ${kind.toLowerCase()}/${name}`;

/** The steps, in order: what is applied, then what is deleted where that was asked for. */
export const stepsOf = ({ plan: { changes }, leftovers }: Proposal, prune: boolean): readonly Step[] => [
  ...changes.map(applying),
  ...(prune
    ? leftovers.flatMap(({ live, kept }) => (live === undefined || kept !== null ? [] : [deleting(live)]))
    : []),
];
