import type { Invocation } from '../cli/invocation.ts';
import { hostIn } from '../core/deploy/host-in.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { Io } from '../core/outside/io.ts';
import type { DeployReport } from '../core/report/deploy-report.ts';
import { type AimedSet, type CarriedOut, carryOut } from '../engine/deploy/carry-out.ts';
import { insistOnOwn, type Proposal, stepsOf } from '../engine/deploy/propose.ts';
import { consentToDeploy } from './consent-to-deploy.ts';
import { endDeploy, resultOf, shownOf } from './deploy-report.ts';
import type { OpenDeploy } from './open-deploy.ts';

/** One set on its way into an environment: what the tree says, or an earlier one. */
export type Bringing = {
  readonly proposal: Proposal;
  readonly objects: readonly KubernetesObject[];
  readonly set: Omit<AimedSet, 'objects' | 'leftovers'>;
  /** For the journal: `Deploy staging`. */
  readonly title: string;
  /** The command that was typed, for saying it again with consent; and the one that only shows, where there is one. */
  readonly command: string;
  /** What stands over the differences, where they need a word. */
  readonly heading?: string;
  readonly seeing?: string;
  readonly prune: boolean;
  readonly timeoutMs: number;
  readonly about: Pick<DeployReport, 'action'> & Partial<DeployReport>;
  /** What the report says besides, once it was carried out. */
  readonly after: (done: CarriedOut) => Partial<DeployReport>;
};

/** Shows it, insists on what is ours, takes consent, carries it out, and reports. Answers the exit code. */
export async function applyProposal(
  opened: OpenDeploy,
  { proposal, objects, set, title, heading = '', command, seeing, prune, timeoutMs, about, after }: Bringing,
  invocation: Invocation,
  io: Io,
): Promise<number> {
  const { environment, ports, cluster, context, identity, face } = opened;
  const shown = shownOf(proposal, prune);
  face.proposed(heading, shown, prune);
  insistOnOwn(proposal);
  if (shown.blocked.length > 0)
    return endDeploy(opened, io, {
      ...about,
      ...shown,
      outcome: 'problem',
      because: `Nothing was changed: the server refuses ${shown.blocked.map(({ object, because }) => `${object}: ${because}`).join(' ')}`,
      notApplied: shown.changes.map(({ object }) => object),
    });
  const steps = stepsOf(proposal, prune);
  const risk = steps.some(({ change }) => change.do === 'delete') ? 'medium' : 'low';
  if (steps.length > 0) await consentToDeploy(opened, { risk, command, ...(seeing ? { seeing } : {}) }, invocation, io);
  const leftovers = proposal.leftovers.flatMap(({ ref, kept }) => (prune && kept === null ? [] : [ref]));
  const done = await carryOut(
    ports,
    cluster,
    { environment, context, host: hostIn(objects), identity, title, set: { ...set, objects, leftovers } },
    steps,
    timeoutMs,
    face.tell,
    io.signal,
  );
  return endDeploy(opened, io, { ...about, ...shown, ...resultOf(done), ...after(done) });
}
