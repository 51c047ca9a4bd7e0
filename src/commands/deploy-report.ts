import type { Io } from '../core/outside/io.ts';
import { type DeployReport, exitCodeOfDeploy } from '../core/report/deploy-report.ts';
import { apiVersion } from '../core/report/parts.ts';
import { namespaces } from '../core/setup/settings.ts';
import type { CarriedOut } from '../engine/deploy/carry-out.ts';
import type { Proposal } from '../engine/deploy/propose.ts';
import type { Shown } from './deploy-face.ts';
import type { OpenDeploy } from './open-deploy.ts';

/** A Secret that a rollback needs is no leftover; where deleting is asked for it is said why it stays. */
export function shownOf(
  { plan: { facts }, leftovers, refused }: Pick<Proposal, 'plan' | 'leftovers' | 'refused'>,
  prune: boolean,
): Shown {
  return {
    changes: [...facts.changes],
    unchanged: facts.unchanged,
    takeovers: [...facts.takeovers],
    blocked: [...facts.blocked, ...refused],
    leftovers: leftovers
      .filter(({ ref, kept }) => prune || ref.kind !== 'Secret' || kept === null)
      .map(({ object, kept }) => ({ object, kept })),
    remarks: [...facts.remarks],
  };
}

export const nothingShown: Shown = {
  changes: [],
  unchanged: 0,
  takeovers: [],
  blocked: [],
  leftovers: [],
  remarks: [],
};

export const resultOf = (done: CarriedOut) => ({
  outcome: done.outcome,
  because: done.because,
  rootCauses: [...done.rootCauses],
  applied: [...done.sent.applied],
  notApplied: [...done.sent.notApplied],
  checks: [...done.checks],
  coverage: coverageOf(done),
  undoId: done.id,
});

const coverageOf = ({ coverage }: CarriedOut): DeployReport['coverage'] =>
  coverage === null ? null : { ...coverage, notLooked: coverage.notLooked.map((one) => ({ ...one })) };

type Said = Pick<DeployReport, 'action' | 'outcome' | 'because'> & Shown & Partial<DeployReport>;

/** Says how it ended, and answers the exit code. */
export function endDeploy(opened: OpenDeploy, io: Pick<Io, 'version'>, said: Said): number {
  const { environment, profile, identity, ports, cluster, startedAt } = opened;
  const report: DeployReport = {
    apiVersion,
    kind: 'DeployReport',
    tool: { name: 'orion-setup', version: io.version },
    environment,
    target: {
      profile: profile?.name ?? null,
      context: identity.context,
      server: identity.server,
      clusterUid: identity.uid,
      namespace: namespaces[environment],
    },
    startedAt: startedAt.toISOString(),
    durationMs: Math.max(0, cluster.clock.now().getTime() - startedAt.getTime()),
    apiRequests: ports.requests(),
    next: [],
    image: null,
    digest: null,
    to: null,
    applied: [],
    notApplied: [],
    checks: [],
    rootCauses: [],
    coverage: null,
    gate: null,
    overridden: null,
    undoId: null,
    ...said,
  };
  opened.face.ended(report);
  return exitCodeOfDeploy(report);
}
