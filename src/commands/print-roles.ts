import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import { kinds } from '../core/kubernetes/kinds.ts';
import type { Io } from '../core/outside/io.ts';
import { addressOf, alertmanagersTold } from '../core/prometheus/address.ts';
import { type Places, usualAlertmanager, usualPrometheus } from '../core/rights/places.ts';
import { rolesOf } from '../core/rights/roles.ts';
import { type EnvironmentName, environmentNames, namespaces } from '../core/setup/settings.ts';
import { type RoleSet, rolesYaml } from '../views/plain/roles-yaml.ts';
import { printDocument } from './document.ts';
import { openCluster } from './open-cluster.ts';
import { placeOf } from './place.ts';
import { type CommandWithRights, type RightsGround, rightsOfCommands, withoutCluster } from './rights-of-commands.ts';

/** `orion-setup prerequisites --rbac [COMMAND]`: the Roles that the command needs, and no more. Without COMMAND, of every one. */
export async function printRoles(invocation: Invocation, io: Io): Promise<number> {
  const { options, words } = invocation;
  const { chosen, environments } = chosenBy(invocation);
  const ground: RightsGround = {
    environments,
    places: await placesOf(invocation, io),
    prune: options.prune ?? false,
    wholeNode: options['whole-node'] ?? false,
  };
  const sets = chosen.flatMap((command) => setsOf(command, ground, words.length === 0 || isChanging(command, options)));
  if (faceOf(options, io) === 'document')
    printDocument(io, options.output, { apiVersion: 'v1', kind: 'List', items: sets.flatMap(({ roles }) => roles) });
  else io.out(rolesYaml(sets));
  return 0;
}

/** The command as it would be typed; its environment stands last, or after --env. */
function chosenBy({ options, words }: Invocation): {
  readonly chosen: readonly CommandWithRights[];
  readonly environments: readonly EnvironmentName[];
} {
  const isEnvironment = (word: string | undefined): word is EnvironmentName =>
    environmentNames.some((name) => name === word);
  const last = words.at(-1);
  const named = isEnvironment(last) ? last : options.env;
  if (named !== undefined && !isEnvironment(named))
    throw new ExpectedStop('usage', `--env is staging or production, not "${named}".`);
  const environments = named === undefined ? environmentNames : [named];
  const typed = [...(isEnvironment(last) ? words.slice(0, -1) : words), ...(options['all-namespaces'] ? ['-A'] : [])];
  if (typed.length === 0) return { chosen: rightsOfCommands, environments };
  const command = typed.join(' ');
  const found = rightsOfCommands.find((one) => one.command === command);
  if (found) return { chosen: [found], environments };
  if (withoutCluster.includes(typed[0] ?? ''))
    throw new ExpectedStop('usage', `orion-setup ${typed[0]} goes to no cluster, and needs no rights there.`);
  throw new ExpectedStop(
    'usage',
    `There are no rights of "${command}" to be printed.`,
    rightsOfCommands.map((one) => `orion-setup prerequisites --rbac ${one.command}${usual(one.changes)}`),
  );
}

const usual = (changes: CommandWithRights['changes']): string => (changes.startsWith('--') ? ` [${changes}]` : '');

function isChanging({ changes }: CommandWithRights, options: Invocation['options']): boolean {
  switch (changes) {
    case 'always':
      return true;
    case 'never':
      return false;
    case '--fix':
      return options.fix === true;
    case '--real':
      return options.real === true;
    case '--alert':
      return options.alert === true;
  }
}

function setsOf(one: CommandWithRights, ground: RightsGround, changing: boolean): readonly RoleSet[] {
  const { command } = one;
  const { look, fix } = one.rights(ground);
  // Who is given those for pruning too has another Role than who is not.
  const wider = [...(ground.prune ? ['prune'] : []), ...(ground.wholeNode ? ['whole-node'] : [])];
  const words = command.toLowerCase().split(/[^a-z]+/);
  const name = ['orion-setup', ...words, ...wider, ...endingOf(one, ground)].join('-');
  const sets: readonly RoleSet[] = [
    { command, set: 'look', roles: rolesOf(look, name) },
    { command, set: 'fix', roles: rolesOf(fix, `${name}-fix`) },
  ];
  return changing ? sets : sets.slice(0, 1);
}

/** ClusterRoles have no namespace: those for staging and those for production are told apart by their names. */
function endingOf({ worksIn }: CommandWithRights, { places, environments }: RightsGround): readonly string[] {
  switch (worksIn) {
    case 'namespace':
      return [places.namespace];
    case 'environment':
      return environments.length === 1 ? environments : [];
    case 'cluster':
      return [];
  }
}

/** The namespace as every command finds it, and where this cluster's Prometheus is. Without a cluster, the usual names. */
async function placesOf(invocation: Invocation, io: Io): Promise<Places> {
  const place = await placeOf(invocation, io);
  const namespace = place.namespace ?? namespaces.staging;
  try {
    return { namespace, ...(await monitoringOf(invocation, io, place.context)) };
  } catch (error) {
    if (!(error instanceof ExpectedStop) || error.reason === 'interrupted') throw error;
    io.err(`No cluster was asked where Prometheus is; the usual names stand for it. ${error.message}\n`);
    return { namespace, ...usualMonitoring };
  }
}

type Monitoring = Omit<Places, 'namespace'>;

const usualMonitoring: Monitoring = { prometheuses: [usualPrometheus], alertmanagers: [usualAlertmanager] };

async function monitoringOf({ words, options }: Invocation, io: Io, context: string | undefined): Promise<Monitoring> {
  // Nothing is put back or changed here: only one question is asked.
  const cluster = await openCluster({ words, options: { ...options, 'dry-run': 'server' } }, io, context);
  try {
    await cluster.identity();
    const listed = await cluster.look({ at: 'list', kind: kinds.Prometheus }, io.signal);
    if (listed.ok && listed.value.length > 0)
      return { prometheuses: listed.value.map(addressOf), alertmanagers: listed.value.flatMap(alertmanagersTold) };
    io.err('No Prometheus could be seen in this cluster; the usual names stand for it.\n');
    return usualMonitoring;
  } finally {
    cluster.close();
  }
}
