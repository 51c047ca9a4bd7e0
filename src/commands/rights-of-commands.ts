import { runbooks } from '../../runbooks/index.ts';
import { type ProcedureName, procedureNames } from '../core/report/test-report.ts';
import { type CommandRights, commandRights, together, toKnowTheCluster } from '../core/rights/command-rights.ts';
import { deployRights, diffRights, rollbackRights } from '../core/rights/deploy-rights.ts';
import { rightsToTakeBack } from '../core/rights/environment-rights.ts';
import type { Places } from '../core/rights/places.ts';
import { rightsToUndoRemedies, runbookRights, sweepRights } from '../core/rights/runbook-rights.ts';
import { rightsToSeePrerequisites, setupRights } from '../core/rights/setup-rights.ts';
import { alertRights, drainRights, procedureRights, verifyRights } from '../core/rights/watching-rights.ts';
import { type EnvironmentName, namespaces } from '../core/setup/settings.ts';
import { gateRunbooks } from '../core/verify/gate.ts';
import { procedureFor } from './procedures.ts';

/** Where and for what a command is to be run, as far as its rights depend on it. */
export type RightsGround = {
  readonly places: Places;
  readonly environments: readonly EnvironmentName[];
  readonly prune: boolean;
  readonly wholeNode: boolean;
};

export type CommandWithRights = {
  /** As it is typed after `orion-setup`. */
  readonly command: string;
  /** Whether it changes things by its nature, or only where it is told to: by which option. */
  readonly changes: 'always' | 'never' | '--fix' | '--real' | '--alert';
  /** What its rights are different for. */
  readonly worksIn: 'namespace' | 'environment' | 'cluster';
  readonly rights: (ground: RightsGround) => CommandRights;
};

const runbookNamed = (named: string) => {
  const runbook = runbooks.find(({ name }) => name === named);
  if (runbook === undefined) throw new Error(`There is no runbook ${named}.`);
  return runbook;
};

/** The points of the gate go by these runbooks, and they are asked while it is waited, too. */
const judging = ({ places }: RightsGround, environment: EnvironmentName): CommandRights =>
  verifyRights(gateRunbooks.map(runbookNamed), places, environment);

const judgingEach = (ground: RightsGround): readonly CommandRights[] =>
  ground.environments.map((environment) =>
    judging({ ...ground, places: { ...ground.places, namespace: namespaces[environment] } }, environment),
  );

function testing(name: ProcedureName, places: Places, wholeNode: boolean): CommandRights {
  const site = { namespace: places.namespace };
  const { procedure, runbook } = procedureFor(name, site, false);
  const acting = { pdb: () => drainRights(places, wholeNode), metrics: () => alertRights(places) };
  const fix = name === 'pdb' || name === 'metrics' ? acting[name]() : [];
  return commandRights(procedureRights(procedure, runbook, places), fix);
}

/** Every command that goes to a cluster, a row each. `--rbac` prints from it. */
export const rightsOfCommands: readonly CommandWithRights[] = [
  ...runbooks.map(
    (runbook): CommandWithRights => ({
      command: `runbook ${runbook.name}`,
      changes: '--fix',
      worksIn: 'namespace',
      rights: ({ places }) => runbookRights(runbook, places),
    }),
  ),
  {
    command: 'runbook',
    changes: 'never',
    worksIn: 'namespace',
    rights: ({ places }) => ({ ...together(runbooks.map((runbook) => runbookRights(runbook, places))), fix: [] }),
  },
  {
    command: 'runbook -A',
    changes: 'never',
    worksIn: 'cluster',
    rights: ({ places }) => together(runbooks.map((runbook) => sweepRights(runbook, places))),
  },
  {
    command: 'undo',
    changes: 'always',
    worksIn: 'environment',
    rights: ({ places, environments }) =>
      commandRights(
        [],
        [
          toKnowTheCluster,
          ...environments.flatMap((environment) => [
            ...runbooks.flatMap((runbook) =>
              rightsToUndoRemedies(runbook, { ...places, namespace: namespaces[environment] }),
            ),
            ...rightsToTakeBack(environment),
          ]),
        ],
      ),
  },
  {
    command: 'setup',
    changes: 'always',
    worksIn: 'environment',
    rights: (ground) => together([setupRights(ground.environments), ...judgingEach(ground)]),
  },
  {
    command: 'diff',
    changes: 'never',
    worksIn: 'environment',
    rights: ({ environments, prune }) => diffRights(environments, prune),
  },
  {
    command: 'deploy',
    changes: 'always',
    worksIn: 'environment',
    rights: (ground) => together([deployRights(ground.environments, ground.prune), ...judgingEach(ground)]),
  },
  {
    command: 'rollback',
    changes: 'always',
    worksIn: 'environment',
    rights: (ground) => together([rollbackRights(ground.environments, ground.prune), ...judgingEach(ground)]),
  },
  {
    command: 'verify',
    changes: 'never',
    worksIn: 'environment',
    rights: ({ places, environments }) =>
      together(
        environments.map((environment) =>
          verifyRights(runbooks, { ...places, namespace: namespaces[environment] }, environment),
        ),
      ),
  },
  ...procedureNames.map(
    (name): CommandWithRights => ({
      command: `test ${name}`,
      changes: ({ pdb: '--real', metrics: '--alert', certificate: 'never', ingress: 'never' } as const)[name],
      worksIn: 'environment',
      rights: ({ places, environments, wholeNode }) =>
        together(
          environments.map((environment) =>
            testing(name, { ...places, namespace: namespaces[environment] }, wholeNode),
          ),
        ),
    }),
  ),
  {
    command: 'prerequisites',
    changes: 'never',
    worksIn: 'environment',
    rights: ({ environments }) => commandRights(rightsToSeePrerequisites(environments), []),
  },
];

/** Commands that need no rights, since they go to no cluster. */
export const withoutCluster: readonly string[] = [
  'explain',
  'history',
  'profile',
  'practice',
  'completion',
  'help',
  'render',
];
