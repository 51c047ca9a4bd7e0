import type { Fetched } from '../fetched.ts';
import { rightsToApplyAtAll } from '../rights/environment-rights.ts';
import { covers, least, type Right, rightText } from '../rights/right.ts';
import { setupRights } from '../rights/setup-rights.ts';
import type { EnvironmentName } from '../setup/settings.ts';
import type { Prerequisite } from './prerequisite.ts';

/** A right that set-up has use for. Without one that is needed it cannot work; without another it only sees less, and says so. */
export type UsefulRight = Right & { readonly needed: boolean };

/** What set-up has use for in these environments: the same rights as `prerequisites --rbac setup` prints. */
export function rightsFor(environments: readonly EnvironmentName[]): readonly UsefulRight[] {
  const { look, fix } = setupRights(environments);
  const needed = environments.flatMap(rightsToApplyAtAll);
  return least([...look, ...fix]).map((right) => ({
    ...right,
    needed: needed.some((one) => covers(right, one)),
  }));
}

/** All of them in a few lines, to be sent to whoever grants rights: `in orion-staging: create, patch secrets, configmaps`. */
function requestFor(missing: readonly Right[]): readonly string[] {
  const byScope = Map.groupBy(missing, ({ namespace }) => namespace ?? '');
  return [...byScope].flatMap(([namespace, inScope]) => {
    const byResource = Map.groupBy(inScope, resourceOf);
    const byVerbs = Map.groupBy(byResource, ([, rights]) => rights.map(({ verb }) => verb).join(', '));
    const where = namespace === '' ? 'cluster-wide' : `in ${namespace}`;
    return [...byVerbs].map(([verbs, resources]) => `${where}: ${verbs} ${resources.map(([name]) => name).join(', ')}`);
  });
}

/** `deployments.apps auth-service`: the right's words without verb and place. */
const resourceOf = (right: Right): string =>
  rightText({ ...right, namespace: '-' })
    .slice(right.verb.length + 1)
    .replace(/ in -$/, '');

/** The verdict over access reviews. One that could not be asked is not a no. */
export function rights(
  answers: readonly { readonly right: UsefulRight; readonly may: Fetched<boolean> }[],
): Prerequisite {
  const base = { id: 'rights', title: 'Rights', found: null, minimum: null, needed: true, owner: 'security' } as const;
  const refused = answers.filter(({ may }) => may.ok && !may.value).map(({ right }) => right);
  const missing = refused.filter(({ needed }) => needed);
  const unseen = answers.filter(({ may }) => !may.ok);
  const commands = ['orion-setup prerequisites --rbac setup | kubectl apply -f -', ...requestFor(refused)];
  if (missing.length > 0) return { ...base, state: 'missing', because: `not allowed: ${some(missing)}`, commands };
  if (unseen.length > 0)
    return { ...base, state: 'cannot-look', because: 'what may be done here could not be asked', commands: [] };
  if (refused.length > 0)
    return {
      ...base,
      state: 'cannot-look',
      because: `set-up can work, but is not allowed to see all that it would look at: ${some(refused)}`,
      commands,
    };
  return { ...base, state: 'fine', because: 'all that set-up needs', commands: [] };
}

const most = 4;
const some = (all: readonly Right[]): string =>
  `${all.slice(0, most).map(rightText).join(', ')}${all.length > most ? ` and ${all.length - most} more` : ''}`;
